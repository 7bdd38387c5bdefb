/** People, and what one changes of oneself. */
import { z } from 'zod';
import { visitorOf } from '../context.ts';
import { json, route } from '../route.ts';
import { ownProfile, profile, text } from '../schemas.ts';

const updateBody = z.strictObject({
  displayName: text.nullable().optional(),
  about: text.nullable().optional(),
  timeZone: text.nullable().optional(),
});
const passwordBody = z.strictObject({ current: text, new: text, endTokens: z.boolean().optional() });
const emailBody = z.strictObject({ password: text, email: text.nullable() });

export const peopleRoutes = [
  route({
    method: 'GET',
    path: '/me',
    summary: 'Your own account',
    who: 'signed-in',
    scope: 'read',
    withRoomToken: true,
    answers: { 200: ownProfile },
    handle: ({ chat, caller }) => chat.ownAccount.read(caller),
  }),
  route({
    method: 'PATCH',
    path: '/me',
    summary: 'Change what others read of you',
    who: 'signed-in',
    scope: 'write',
    body: json(updateBody),
    answers: { 200: ownProfile },
    handle: ({ chat, caller, body }) => chat.ownAccount.update(caller, body),
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
    summary: 'Change your email address, or take it away',
    who: 'signed-in',
    scope: 'admin',
    body: json(emailBody),
    answers: { 200: ownProfile },
    errors: ['forbidden', 'conflict', 'rate_limited'],
    handle: ({ c, chat, caller, body }) => chat.ownAccount.changeEmail(caller, visitorOf(c).address, body),
  }),
  route({
    method: 'GET',
    path: '/users/{username}',
    summary: 'A person, by name',
    who: 'signed-in',
    scope: 'read',
    answers: { 200: profile },
    handle: ({ chat, caller, params }) => chat.ownAccount.profileOf(caller, params.username),
  }),
];
