/** Routes for bans and mutes in a room. */
import { z } from 'zod';
import { json, optionalJson, route } from '../route.ts';
import { asPage, ban, givenTime, mute, pageOf, pageQuery, text } from '../schemas/schemas.ts';

const banBody = z.strictObject({ until: givenTime.optional(), reason: text.optional() });

/** Bans and mutes, under /v1/rooms/{roomId}. */
export const moderationRoutes = [
  route({
    method: 'GET',
    path: '/rooms/{roomId}/bans',
    summary: "List a room's bans",
    who: 'signed-in',
    scope: 'read',
    query: pageQuery,
    answers: { 200: pageOf('bans', ban) },
    errors: ['not_member', 'forbidden'],
    handle: async ({ chat, caller, params, query }) =>
      asPage('bans', await chat.moderation.bans(caller, params.roomId, query)),
  }),
  route({
    method: 'PUT',
    path: '/rooms/{roomId}/bans/{userId}',
    summary: 'Ban a person from a room',
    who: 'signed-in',
    scope: 'write',
    body: optionalJson(banBody),
    answers: { 200: ban },
    errors: ['not_member', 'forbidden', 'conflict'],
    handle: ({ chat, caller, params: { roomId, userId }, body }) =>
      chat.moderation.ban(caller, roomId, userId, body),
  }),
  route({
    method: 'DELETE',
    path: '/rooms/{roomId}/bans/{userId}',
    summary: "Lift a person's ban in a room",
    who: 'signed-in',
    scope: 'write',
    answers: { 204: null },
    errors: ['not_member', 'forbidden'],
    handle: ({ chat, caller, params: { roomId, userId } }) => chat.moderation.unban(caller, roomId, userId),
  }),
  route({
    method: 'PUT',
    path: '/rooms/{roomId}/mutes/{userId}',
    summary: 'Mute a person in a room until a given time',
    who: 'signed-in',
    scope: 'write',
    body: json(z.strictObject({ until: givenTime })),
    answers: { 200: mute },
    errors: ['not_member', 'forbidden'],
    handle: ({ chat, caller, params: { roomId, userId }, body }) =>
      chat.moderation.mute(caller, roomId, userId, body.until),
  }),
  route({
    method: 'DELETE',
    path: '/rooms/{roomId}/mutes/{userId}',
    summary: 'Unmute a person in a room',
    who: 'signed-in',
    scope: 'write',
    answers: { 204: null },
    errors: ['not_member', 'forbidden'],
    handle: ({ chat, caller, params: { roomId, userId } }) => chat.moderation.unmute(caller, roomId, userId),
  }),
];
