/** Messages. Behind roomRoutes, which lets only signed-in callers pass. */
import { ChatError, PAGE_MAX } from '@banter/protocol';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Chat } from '../../chat/chat.ts';
import type { HistoryQuery } from '../../chat/messages.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { hasType, id, pathId, readJson, readQuery, readText } from '../input.ts';

/** The content is checked by the domain, which says more precisely what is wrong with it. */
const sendBody = z.strictObject({ content: z.string(), id: z.string().optional(), replyTo: id.optional() });
const WRONG_TYPE =
  'send the message alone with Content-Type: text/plain, or JSON {content} with Content-Type: application/json';
const seq = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const pageQuery = z
  .strictObject({
    before: seq.optional(),
    after: seq.optional(),
    around: seq.optional(),
    limit: z.coerce.number().int().min(1).max(PAGE_MAX).optional(),
  })
  .refine(
    ({ before, after, around }) => [before, after, around].filter((at) => at !== undefined).length <= 1,
    {
      message: 'use one of before, after and around',
    },
  );

export function messageRoutes({ messages }: Chat): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.get('/rooms/:roomId/messages', async (c) => {
    const roomId = pathId(c, 'roomId');
    return c.json(await messages.history(c.get('caller'), roomId, readQuery(c, pageQuery) as HistoryQuery));
  });
  app.post('/rooms/:roomId/messages', async (c) => {
    const roomId = pathId(c, 'roomId');
    const input = await readSend(c);
    const { message, duplicate } = await messages.send(c.get('caller'), { ...input, roomId });
    return c.json(message, duplicate ? 200 : 201);
  });
  return app;
}

/** A message's text alone, or JSON; the id may stand in the body or in Idempotency-Key. */
async function readSend(c: HttpContext) {
  const isText = hasType(c, 'text/plain');
  if (!isText && !hasType(c, 'application/json')) throw new ChatError('invalid', WRONG_TYPE);
  const body = isText ? { content: await readText(c) } : await readJson(c, sendBody);
  const key = c.req.header('Idempotency-Key');
  if (key === undefined) return body;
  if ('id' in body && body.id !== undefined && body.id !== key) {
    throw new ChatError('invalid', 'id and Idempotency-Key differ: send one of them');
  }
  return { ...body, id: key };
}
