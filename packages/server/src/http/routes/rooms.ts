/** Rooms. */
import { z } from 'zod';
import { json, route } from '../route.ts';
import { room, roomKind, text } from '../schemas.ts';

const createBody = z.strictObject({
  name: text,
  kind: roomKind.exclude(['direct']).optional(),
  topic: text.optional(),
});
const updateBody = z.strictObject({ name: text.optional(), topic: text.optional() });

export const roomRoutes = [
  route({
    method: 'GET',
    path: '/rooms',
    summary: 'List the rooms that you have joined, and all open ones',
    who: 'signed-in',
    scope: 'read',
    withRoomToken: true,
    answers: { 200: z.object({ rooms: z.array(room) }) },
    handle: async ({ chat, caller }) => ({ rooms: await chat.rooms.list(caller) }),
  }),
  route({
    method: 'POST',
    path: '/rooms',
    summary: 'Make a room, and be its owner',
    who: 'signed-in',
    scope: 'write',
    body: json(createBody),
    answers: { 201: room },
    errors: ['conflict'],
    handle: ({ chat, caller, body }) => chat.rooms.create(caller, body),
  }),
  route({
    method: 'GET',
    path: '/rooms/{roomId}',
    summary: 'Read a room',
    who: 'signed-in',
    scope: 'read',
    answers: { 200: room },
    handle: ({ chat, caller, params }) => chat.rooms.get(caller, params.roomId),
  }),
  route({
    method: 'PATCH',
    path: '/rooms/{roomId}',
    summary: 'Rename a room, or give it another topic',
    who: 'signed-in',
    scope: 'write',
    body: json(updateBody),
    answers: { 200: room },
    errors: ['not_member', 'forbidden', 'conflict'],
    handle: ({ chat, caller, params, body }) => chat.rooms.update(caller, params.roomId, body),
  }),
  route({
    method: 'POST',
    path: '/rooms/{roomId}/join',
    summary: 'Join an open room',
    who: 'signed-in',
    scope: 'write',
    answers: { 200: room },
    errors: ['forbidden'],
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
