/** Routes for a room's members, and for the caller's own settings and read mark in it. */
import { z } from 'zod';
import { answer, json, route } from '../route.ts';
import {
  asked,
  asPage,
  member,
  pageOf,
  pageQuery,
  readMark,
  role,
  room,
  seq,
  text,
} from '../schemas/schemas.ts';

/** Members, typing, settings and read, under /v1/rooms/{roomId}. */
export const memberRoutes = [
  route({
    method: 'GET',
    path: '/rooms/{roomId}/members',
    summary: "List a room's members, sorted by username",
    who: 'signed-in',
    scope: 'read',
    query: pageQuery,
    answers: { 200: pageOf('members', member) },
    errors: ['not_member'],
    handle: async ({ chat, caller, params, query }) =>
      asPage('members', await chat.memberships.list(caller, params.roomId, query)),
  }),
  route({
    method: 'PUT',
    path: '/rooms/{roomId}/members/{userId}',
    summary: "Add a person to a room, or change a member's role",
    who: 'signed-in',
    scope: 'write',
    body: json(z.strictObject({ role })),
    answers: { 200: member, 202: asked },
    errors: ['not_member', 'forbidden', 'conflict'],
    async handle({ chat, caller, params: { roomId, userId }, body }) {
      const set = await chat.memberships.setRole(caller, roomId, userId, body.role);
      return 'role' in set ? answer(200, set) : answer(202, set);
    },
  }),
  route({
    method: 'DELETE',
    path: '/rooms/{roomId}/members/{userId}',
    summary: 'Remove a member from a room',
    who: 'signed-in',
    scope: 'write',
    query: z.strictObject({ reason: text.optional() }),
    answers: { 204: null },
    errors: ['not_member', 'forbidden', 'conflict'],
    handle: ({ chat, caller, params: { roomId, userId }, query }) =>
      chat.moderation.kick(caller, roomId, userId, query.reason),
  }),
  route({
    method: 'POST',
    path: '/rooms/{roomId}/typing',
    summary: 'Show the others in a room that you are typing',
    who: 'signed-in',
    scope: 'write',
    answers: { 204: null },
    errors: ['not_member'],
    handle: ({ chat, caller, params }) => chat.typing.notify(caller, params.roomId),
  }),
  route({
    method: 'PUT',
    path: '/rooms/{roomId}/settings',
    summary: 'Choose whether you see joins and leaves in a room',
    who: 'signed-in',
    scope: 'write',
    body: json(z.strictObject({ hideJoins: z.boolean() })),
    answers: { 200: room },
    errors: ['not_member'],
    async handle({ chat, caller, params: { roomId }, body }) {
      await chat.memberships.setSettings(caller, roomId, body);
      return chat.rooms.get(caller, roomId);
    },
  }),
  route({
    method: 'PUT',
    path: '/rooms/{roomId}/read',
    summary: 'Move your read mark in a room forward',
    who: 'signed-in',
    scope: 'write',
    body: json(z.strictObject({ seq })),
    answers: { 200: readMark },
    errors: ['not_member'],
    handle: async ({ chat, caller, params, body }) => ({
      seq: await chat.memberships.markRead(caller, params.roomId, body.seq),
    }),
  }),
];
