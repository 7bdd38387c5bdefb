/** Routes for people, and for the caller's own account. */
import { z } from 'zod';
import { visitorOf } from '../context.ts';
import { clearRefreshCookie } from '../cookies/refresh-cookie.ts';
import { json, route } from '../route.ts';
import {
  asPage,
  ownProfile,
  pageOf,
  pageQuery,
  presence,
  publicProfile,
  roomPerson,
  text,
  user,
} from '../schemas/schemas.ts';

const updateBody = z.strictObject({
  displayName: text.nullable().optional(),
  about: text.nullable().optional(),
  timeZone: text.nullable().optional(),
});
const passwordBody = z.strictObject({ current: text, new: text, endTokens: z.boolean().optional() });
const deleteBody = z.strictObject({ password: text, messages: z.enum(['keep', 'remove']) });
const emailBody = z.strictObject({ password: text, email: text.nullable() });

/** Everything under /v1/me and /v1/users. */
export const peopleRoutes = [
  route({
    method: 'GET',
    path: '/me',
    summary: 'Get your account',
    who: 'signed-in',
    scope: 'read',
    withRoomToken: true,
    answers: { 200: ownProfile },
    handle: ({ chat, caller }) => chat.ownAccount.read(caller),
  }),
  route({
    method: 'PATCH',
    path: '/me',
    summary: 'Change your profile',
    who: 'signed-in',
    scope: 'write',
    body: json(updateBody),
    answers: { 200: ownProfile },
    handle: ({ chat, caller, body }) => chat.ownAccount.update(caller, body),
  }),
  route({
    method: 'DELETE',
    path: '/me',
    summary: 'Delete your account, and optionally all your messages',
    who: 'signed-in',
    scope: 'admin',
    body: json(deleteBody),
    answers: { 204: null },
    errors: ['forbidden', 'conflict', 'rate_limited'],
    async handle({ c, chat, caller, body }) {
      await chat.ownAccount.delete(caller, visitorOf(c).address, body);
      clearRefreshCookie(c);
    },
  }),
  route({
    method: 'PUT',
    path: '/me/password',
    summary: 'Change your password, and end your other sessions',
    who: 'signed-in',
    scope: 'admin',
    body: json(passwordBody),
    answers: { 204: null },
    errors: ['forbidden', 'conflict', 'rate_limited'],
    handle: ({ c, chat, caller, body }) => chat.ownAccount.changePassword(caller, visitorOf(c).address, body),
  }),
  route({
    method: 'PUT',
    path: '/me/email',
    summary: 'Change or remove your email address',
    who: 'signed-in',
    scope: 'admin',
    body: json(emailBody),
    answers: { 200: ownProfile },
    errors: ['forbidden', 'conflict', 'rate_limited'],
    handle: ({ c, chat, caller, body }) => chat.ownAccount.changeEmail(caller, visitorOf(c).address, body),
  }),
  route({
    method: 'GET',
    path: '/users',
    summary: 'Find people by the beginning of a name',
    who: 'signed-in',
    scope: 'read',
    query: z.strictObject({ q: text }),
    answers: { 200: z.object({ users: z.array(user) }) },
    handle: async ({ chat, caller, query }) => ({ users: await chat.people.lookUp(caller, query.q) }),
  }),
  route({
    method: 'GET',
    path: '/users/{username}',
    summary: "Get a person's profile by username",
    who: 'signed-in',
    scope: 'read',
    answers: { 200: publicProfile },
    handle: ({ chat, caller, params }) => chat.people.find(caller, params.username),
  }),
  route({
    method: 'PUT',
    path: '/me/presence',
    summary: 'Set yourself away or back online',
    who: 'signed-in',
    scope: 'write',
    body: json(z.strictObject({ state: z.enum(['online', 'away']), message: text.optional() })),
    answers: { 200: presence },
    handle: ({ chat, caller, body: { state, message } }) =>
      chat.presence.setAway(caller.user.id, state === 'away' ? { message } : null),
  }),
  route({
    method: 'GET',
    path: '/me/ignored',
    summary: 'List the people you ignore, sorted by username',
    who: 'signed-in',
    scope: 'read',
    query: pageQuery,
    answers: { 200: pageOf('ignored', roomPerson) },
    handle: async ({ chat, caller, query }) => asPage('ignored', await chat.ignored.list(caller, query)),
  }),
  ...(['PUT', 'DELETE'] as const).map((method) =>
    route({
      method,
      path: '/me/ignored/{userId}',
      summary: method === 'PUT' ? 'Ignore a person' : 'Stop ignoring a person',
      who: 'signed-in',
      scope: 'write',
      answers: { 204: null },
      errors: ['conflict'],
      handle: ({ chat, caller, params }) => chat.ignored.set(caller, params.userId, method === 'PUT'),
    }),
  ),
];
