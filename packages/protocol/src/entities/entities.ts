/** The nouns of the contract, in the shapes that HTTP and sockets share. Times are ISO 8601 in UTC with milliseconds. */
export * from './administration.ts';
export * from './credentials.ts';
export * from './invitations.ts';
export * from './messages.ts';
export * from './moderation.ts';
export * from './people.ts';
export * from './rooms.ts';
export * from './search.ts';
