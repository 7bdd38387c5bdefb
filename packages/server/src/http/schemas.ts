/** The entities of the contract as schemas: what answers are described by, and requests are checked by. */
export * from './schemas/administration.ts';
export * from './schemas/credentials.ts';
export * from './schemas/invitations.ts';
export * from './schemas/messages.ts';
export * from './schemas/moderation.ts';
export * from './schemas/people.ts';
export * from './schemas/problem.ts';
export * from './schemas/rooms.ts';
export * from './schemas/search.ts';
export * from './schemas/values.ts';
