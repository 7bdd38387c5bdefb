/** The entities of the contract as schemas: what answers are described by, and requests are checked by. */
export * from './administration.ts';
export * from './credentials.ts';
export * from './invitations.ts';
export * from './messages.ts';
export * from './moderation.ts';
export * from './people.ts';
export * from './problem.ts';
export * from './rooms.ts';
export * from './search.ts';
export * from './values.ts';
