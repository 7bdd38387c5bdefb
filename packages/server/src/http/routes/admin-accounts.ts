/** Routes for administrators: accounts. */
import { z } from 'zod';
import { json, route } from '../route.ts';
import {
  accountPage,
  adminAccount,
  asPage,
  pageFields,
  pageOf,
  pageQuery,
  resetToken,
  session,
  text,
} from '../schemas/schemas.ts';

const accountQuery = z.strictObject({
  prefix: text.optional(),
  ...pageFields,
});
const accountUpdate = z.strictObject({ disabled: z.boolean().optional(), admin: z.boolean().optional() });

/** Everything under /v1/admin/users. */
export const adminAccountRoutes = [
  route({
    method: 'GET',
    path: '/admin/users',
    summary: 'List accounts, sorted by username',
    who: 'signed-in',
    scope: 'admin',
    query: accountQuery,
    answers: { 200: accountPage },
    handle: async ({ chat, caller, query }) => asPage('users', await chat.administration.list(caller, query)),
  }),
  route({
    method: 'GET',
    path: '/admin/users/{userId}',
    summary: 'Get an account',
    who: 'signed-in',
    scope: 'admin',
    answers: { 200: adminAccount },
    handle: ({ chat, caller, params }) => chat.administration.get(caller, params.userId),
  }),
  route({
    method: 'PATCH',
    path: '/admin/users/{userId}',
    summary: 'Disable or enable an account, or change whether it is an administrator',
    who: 'signed-in',
    scope: 'admin',
    body: json(accountUpdate),
    answers: { 200: adminAccount },
    errors: ['conflict'],
    handle: ({ chat, caller, params, body }) => chat.administration.update(caller, params.userId, body),
  }),
  route({
    method: 'POST',
    path: '/admin/users/{userId}/reset',
    summary: 'Create a single-use password reset token',
    who: 'signed-in',
    scope: 'admin',
    answers: { 201: resetToken },
    handle: ({ chat, caller, params }) => chat.administration.createReset(caller, params.userId),
  }),
  route({
    method: 'GET',
    path: '/admin/users/{userId}/sessions',
    summary: "List an account's sessions",
    who: 'signed-in',
    scope: 'admin',
    query: pageQuery,
    answers: { 200: pageOf('sessions', session) },
    handle: async ({ chat, caller, params, query }) =>
      asPage('sessions', await chat.administration.sessions(caller, params.userId, query)),
  }),
  route({
    method: 'DELETE',
    path: '/admin/users/{userId}/sessions',
    summary: "End an account's sessions, revoke its tokens, and close their sockets",
    who: 'signed-in',
    scope: 'admin',
    answers: { 204: null },
    handle: ({ chat, caller, params }) => chat.administration.endSessions(caller, params.userId),
  }),
  route({
    method: 'DELETE',
    path: '/admin/users/{userId}/sessions/{sessionId}',
    summary: "End one of an account's sessions or tokens, and close its sockets",
    who: 'signed-in',
    scope: 'admin',
    answers: { 204: null },
    handle: ({ chat, caller, params }) =>
      chat.administration.endSessions(caller, params.userId, params.sessionId),
  }),
  route({
    method: 'DELETE',
    path: '/admin/retired-usernames/{username}',
    summary: "Release a deleted account's username, so that it can be registered again",
    who: 'signed-in',
    scope: 'admin',
    answers: { 204: null },
    handle: ({ chat, caller, params }) => chat.administration.releaseUsername(caller, params.username),
  }),
];
