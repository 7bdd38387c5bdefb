/** Accounts, for the server's administrators. */
import { PAGE_MAX } from '@banter/protocol';
import { z } from 'zod';
import { json, route } from '../route.ts';
import { accountPage, adminAccount, resetToken, session, text } from '../schemas/schemas.ts';

const accountQuery = z.strictObject({
  prefix: text.optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).optional(),
  cursor: text.optional(),
});
const accountUpdate = z.strictObject({ disabled: z.boolean().optional(), admin: z.boolean().optional() });

export const adminAccountRoutes = [
  route({
    method: 'GET',
    path: '/admin/users',
    summary: 'List accounts by name',
    who: 'signed-in',
    scope: 'admin',
    query: accountQuery,
    answers: { 200: accountPage },
    handle: ({ chat, caller, query }) => chat.administration.list(caller, query),
  }),
  route({
    method: 'GET',
    path: '/admin/users/{userId}',
    summary: 'An account',
    who: 'signed-in',
    scope: 'admin',
    answers: { 200: adminAccount },
    handle: ({ chat, caller, params }) => chat.administration.get(caller, params.userId),
  }),
  route({
    method: 'PATCH',
    path: '/admin/users/{userId}',
    summary: 'Disable or enable an account, make it an administrator’s or not',
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
    summary: 'Make a one-use token for a new password',
    who: 'signed-in',
    scope: 'admin',
    answers: { 201: resetToken },
    handle: ({ chat, caller, params }) => chat.administration.createReset(caller, params.userId),
  }),
  route({
    method: 'GET',
    path: '/admin/users/{userId}/sessions',
    summary: 'List the sessions of an account',
    who: 'signed-in',
    scope: 'admin',
    answers: { 200: z.object({ sessions: z.array(session) }) },
    handle: async ({ chat, caller, params }) => ({
      sessions: await chat.administration.sessions(caller, params.userId),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/admin/users/{userId}/sessions',
    summary: 'End all sessions and tokens of an account, with their sockets',
    who: 'signed-in',
    scope: 'admin',
    answers: { 204: null },
    handle: ({ chat, caller, params }) => chat.administration.endSessions(caller, params.userId),
  }),
  route({
    method: 'DELETE',
    path: '/admin/users/{userId}/sessions/{sessionId}',
    summary: 'End a session or token of an account, with its sockets',
    who: 'signed-in',
    scope: 'admin',
    answers: { 204: null },
    handle: ({ chat, caller, params }) =>
      chat.administration.endSessions(caller, params.userId, params.sessionId),
  }),
];
