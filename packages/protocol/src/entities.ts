/** The nouns of the contract, in the shape in which HTTP and sockets share them. Times are ISO 8601 UTC with milliseconds. */
export * from './entities/administration.ts';
export * from './entities/credentials.ts';
export * from './entities/invitations.ts';
export * from './entities/messages.ts';
export * from './entities/moderation.ts';
export * from './entities/people.ts';
export * from './entities/rooms.ts';
export * from './entities/search.ts';
