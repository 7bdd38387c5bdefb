/** The contract's entities as schemas. They describe responses and check requests. */
export * from './administration.ts';
export * from './credentials.ts';
export * from './invitations.ts';
export * from './messages.ts';
export * from './moderation.ts';
export * from './pages.ts';
export * from './people.ts';
export * from './problem.ts';
export * from './rooms.ts';
export * from './search.ts';
export * from './values.ts';
