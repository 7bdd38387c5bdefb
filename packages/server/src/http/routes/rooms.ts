/** Routes for rooms. */
import { SLOW_MAX_SECONDS } from '@banter/protocol';
import { z } from 'zod';
import { answer, json, route } from '../route.ts';
import { asPage, id, pageFields, room, roomKind, roomPage, text } from '../schemas/schemas.ts';

const listQuery = z.strictObject({
  archived: z.enum(['true', 'false']).optional(),
  joined: z.enum(['true', 'false']).optional(),
  q: text.optional(),
  ...pageFields,
});
const createBody = z.strictObject({
  name: text,
  kind: roomKind.exclude(['direct']).optional(),
  topic: text.optional(),
});
const directBody = z.union([
  z.strictObject({ userIds: z.array(id) }),
  z.strictObject({ usernames: z.array(text) }),
]);
const updateBody = z.strictObject({
  name: text.optional(),
  topic: text.optional(),
  slowSeconds: z.int().nonnegative().max(SLOW_MAX_SECONDS).optional(),
});

/** /v1/rooms and /v1/rooms/{roomId}, without the parts that other files hold. */
export const roomRoutes = [
  route({
    method: 'GET',
    path: '/rooms',
    summary: 'List the rooms you have joined, and all open rooms',
    who: 'signed-in',
    scope: 'read',
    withRoomToken: true,
    query: listQuery,
    answers: { 200: roomPage },
    handle: async ({ chat, caller, query: { archived, joined, ...query } }) =>
      asPage(
        'rooms',
        await chat.rooms.list(caller, {
          ...query,
          archived: archived === 'true',
          joined: joined === 'true',
        }),
      ),
  }),
  route({
    method: 'POST',
    path: '/rooms',
    summary: 'Create a room and become its owner',
    who: 'signed-in',
    scope: 'write',
    body: json(createBody),
    answers: { 201: room },
    errors: ['conflict'],
    handle: ({ c, chat, caller, body }) => chat.rooms.create(caller, body, c.get('peer').address),
  }),
  route({
    method: 'POST',
    path: '/rooms/direct',
    summary: 'Open a direct room with others, creating it if needed',
    who: 'signed-in',
    scope: 'write',
    body: json(directBody),
    answers: { 201: room, 200: room },
    errors: ['not_found'],
    async handle({ chat, caller, body }) {
      const { room, isNew } = await chat.directRooms.open(caller, body);
      return answer(isNew ? 201 : 200, room);
    },
  }),
  route({
    method: 'GET',
    path: '/rooms/{roomId}',
    summary: 'Get a room',
    who: 'signed-in',
    scope: 'read',
    answers: { 200: room },
    handle: ({ chat, caller, params }) => chat.rooms.get(caller, params.roomId),
  }),
  route({
    method: 'PATCH',
    path: '/rooms/{roomId}',
    summary: "Change a room's name, topic or slow mode",
    who: 'signed-in',
    scope: 'write',
    body: json(updateBody),
    answers: { 200: room },
    errors: ['not_member', 'forbidden', 'conflict'],
    handle: ({ chat, caller, params, body }) => chat.rooms.update(caller, params.roomId, body),
  }),
  route({
    method: 'DELETE',
    path: '/rooms/{roomId}',
    summary: 'Archive a room',
    who: 'signed-in',
    scope: 'write',
    answers: { 204: null },
    errors: ['not_member', 'forbidden'],
    handle: ({ chat, caller, params }) => chat.rooms.archive(caller, params.roomId),
  }),
  route({
    method: 'POST',
    path: '/rooms/{roomId}/restore',
    summary: 'Restore an archived room',
    who: 'signed-in',
    scope: 'write',
    answers: { 200: room },
    errors: ['not_member', 'forbidden'],
    handle: ({ chat, caller, params }) => chat.rooms.restore(caller, params.roomId),
  }),
  route({
    method: 'POST',
    path: '/rooms/{roomId}/join',
    summary: 'Join an open room',
    who: 'signed-in',
    scope: 'write',
    answers: { 200: room },
    errors: ['forbidden', 'conflict'],
    handle: ({ chat, caller, params }) => chat.rooms.join(caller, params.roomId),
  }),
  route({
    method: 'POST',
    path: '/rooms/{roomId}/leave',
    summary: 'Leave a room',
    who: 'signed-in',
    scope: 'write',
    answers: { 204: null },
    errors: ['forbidden', 'conflict'],
    handle: ({ chat, caller, params }) => chat.rooms.leave(caller, params.roomId),
  }),
];
