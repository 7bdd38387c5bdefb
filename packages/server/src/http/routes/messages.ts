/** Messages. */
import { ChatError, PAGE_MAX } from '@banter/protocol';
import { z } from 'zod';
import type { HistoryQuery } from '../../chat/messages/messages.ts';
import type { HttpContext } from '../context.ts';
import { answer, json, jsonOrText, route } from '../route.ts';
import { id, message, messageKind, messagePage, seqInQuery } from '../schemas/schemas.ts';

/** The content is checked by the domain, which says more precisely what is wrong with it. */
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
      message: 'use one of before, after and around',
    },
  );

export const messageRoutes = [
  route({
    method: 'GET',
    path: '/rooms/{roomId}/messages',
    summary: "A page of a room's history",
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
    headers: { 'Idempotency-Key': 'Another place for `id`' },
    body: jsonOrText(sendBody, 'content'),
    answers: { 201: message, 200: message },
    errors: ['not_member', 'forbidden', 'muted', 'idempotency_conflict'],
    async handle({ c, chat, caller, params: { roomId }, body }) {
      const sent = await chat.messages.send(caller, { ...body, roomId, id: idOf(c, body.id) });
      return answer(sent.duplicate ? 200 : 201, sent.message);
    },
  }),
  route({
    method: 'GET',
    path: '/rooms/{roomId}/messages/{seq}',
    summary: 'A message as it stands now',
    who: 'signed-in',
    scope: 'read',
    answers: { 200: message },
    errors: ['not_member'],
    handle: ({ chat, caller, params }) => chat.messages.find(caller, params.roomId, params.seq),
  }),
  route({
    method: 'PATCH',
    path: '/rooms/{roomId}/messages/{seq}',
    summary: 'Give a message of your own another text',
    who: 'signed-in',
    scope: 'write',
    body: json(z.strictObject({ content: z.string() })),
    answers: { 200: message },
    errors: ['not_member', 'forbidden', 'muted'],
    async handle({ chat, caller, params: { roomId, seq }, body }) {
      await chat.messages.edit(caller, roomId, seq, body.content);
      return chat.messages.find(caller, roomId, seq);
    },
  }),
  route({
    method: 'DELETE',
    path: '/rooms/{roomId}/messages/{seq}',
    summary: "Take a message's text away",
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
      summary: method === 'PUT' ? 'React to a message' : 'Take your reaction back',
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

/** The id may stand in the body or in Idempotency-Key. @throws ChatError invalid for two that differ. */
function idOf(c: HttpContext, given: string | undefined): string | undefined {
  const key = c.req.header('Idempotency-Key');
  if (key !== undefined && given !== undefined && given !== key) {
    throw new ChatError('invalid', 'id and Idempotency-Key differ: send one of them');
  }
  return key ?? given;
}
