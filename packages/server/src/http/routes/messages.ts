/** Routes for messages, reactions and history. */
import { ChatError, PAGE_MAX } from '@banter/protocol';
import { z } from 'zod';
import { committedMessage, type HistoryQuery } from '../../chat/messages/messages.ts';
import type { HttpContext } from '../context.ts';
import { answer, json, jsonOrText, route } from '../route.ts';
import { id, message, messageKind, messagePage, seqInQuery } from '../schemas/schemas.ts';

/** Chat checks the content, because its errors are more precise than the schema's. */
const sendBody = z.strictObject({
  content: z.string(),
  id: z.string().optional(),
  replyTo: id.optional(),
  kind: messageKind.optional(),
});
const pageQuery = z
  .strictObject({
    before: seqInQuery.optional(),
    after: seqInQuery.optional(),
    around: seqInQuery.optional(),
    limit: z.coerce.number().int().min(1).max(PAGE_MAX).optional(),
    include: z.literal('notices').optional(),
  })
  .refine(
    ({ before, after, around }) => [before, after, around].filter((at) => at !== undefined).length <= 1,
    {
      message: 'use only one of before, after and around',
    },
  );

/** Everything under /v1/rooms/{roomId}/messages, except reports. */
export const messageRoutes = [
  route({
    method: 'GET',
    path: '/rooms/{roomId}/messages',
    summary: "Read a page of a room's history",
    who: 'signed-in',
    scope: 'read',
    query: pageQuery,
    answers: { 200: messagePage },
    errors: ['not_member'],
    handle: ({ chat, caller, params, query }) =>
      chat.messages.history(caller, params.roomId, query as HistoryQuery),
  }),
  route({
    method: 'POST',
    path: '/rooms/{roomId}/messages',
    summary: 'Send a message',
    who: 'signed-in',
    scope: 'write',
    headers: { 'Idempotency-Key': 'The id of the message, as an alternative to `id` in the body' },
    body: jsonOrText(sendBody, 'content'),
    answers: { 201: message, 200: message },
    errors: ['not_member', 'forbidden', 'muted', 'idempotency_conflict', 'quota_exceeded'],
    async handle({ c, chat, caller, params: { roomId }, body }) {
      const input = { ...body, roomId, id: idOf(c, body.id) };
      const { message, stored } = await chat.messages.send(caller, input);
      return answer(stored.duplicate ? 200 : 201, committedMessage(message, stored));
    },
  }),
  route({
    method: 'GET',
    path: '/rooms/{roomId}/messages/{seq}',
    summary: 'Get a message in its current state',
    who: 'signed-in',
    scope: 'read',
    answers: { 200: message },
    errors: ['not_member'],
    handle: ({ chat, caller, params }) => chat.messages.find(caller, params.roomId, params.seq),
  }),
  route({
    method: 'PATCH',
    path: '/rooms/{roomId}/messages/{seq}',
    summary: 'Edit your message',
    who: 'signed-in',
    scope: 'write',
    body: json(z.strictObject({ content: z.string() })),
    answers: { 200: message },
    errors: ['not_member', 'forbidden', 'muted', 'quota_exceeded'],
    async handle({ chat, caller, params: { roomId, seq }, body }) {
      await chat.messages.edit(caller, roomId, seq, body.content);
      return chat.messages.find(caller, roomId, seq);
    },
  }),
  route({
    method: 'DELETE',
    path: '/rooms/{roomId}/messages/{seq}',
    summary: 'Delete a message',
    who: 'signed-in',
    scope: 'write',
    answers: { 204: null },
    errors: ['not_member', 'forbidden', 'muted'],
    async handle({ chat, caller, params }) {
      await chat.messages.remove(caller, params.roomId, params.seq);
    },
  }),
  ...(['PUT', 'DELETE'] as const).map((method) =>
    route({
      method,
      path: '/rooms/{roomId}/messages/{seq}/reactions/{emoji}',
      summary: method === 'PUT' ? 'React to a message' : 'Remove your reaction from a message',
      who: 'signed-in',
      scope: 'write',
      answers: { 200: message },
      errors: ['not_member', 'forbidden', 'muted', 'conflict'],
      async handle({ chat, caller, params: { roomId, seq, emoji } }) {
        await chat.messages.react(caller, roomId, seq, { emoji, on: method === 'PUT' });
        return chat.messages.find(caller, roomId, seq);
      },
    }),
  ),
];

/** Returns the id from the body or Idempotency-Key. @throws ChatError invalid if both are given and differ. */
function idOf(c: HttpContext, given: string | undefined): string | undefined {
  const key = c.req.header('Idempotency-Key');
  if (key !== undefined && given !== undefined && given !== key) {
    throw new ChatError('invalid', 'id and Idempotency-Key differ: send only one of them');
  }
  return key ?? given;
}
