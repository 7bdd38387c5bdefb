/** The route that streams a room's events. */
import { ChatError } from '@banter/protocol';
import { z } from 'zod';
import { chooseForm, NDJSON, SSE } from '../event-stream.ts';
import { media, route } from '../route.ts';
import { seqInQuery } from '../schemas/schemas.ts';

const eventsQuery = z.strictObject({
  after: seqInQuery.optional(),
  ticket: z.string().optional(),
  token: z.string().optional(),
});

/** Tells nginx and similar proxies to pass on each chunk at once. */
const HEADERS = { 'X-Accel-Buffering': 'no' };

/** GET /v1/rooms/{roomId}/events. */
export const eventRoutes = [
  route({
    method: 'GET',
    path: '/rooms/{roomId}/events',
    summary:
      "Stream a room's events, from the one after `after` or from now on, in the format that Accept names",
    who: 'signed-in',
    scope: 'read',
    takesTicket: true,
    headers: { 'Last-Event-ID': 'Overrides `after`. Browsers send it when they reconnect' },
    query: eventsQuery,
    answers: { 200: media(SSE.type, NDJSON.type) },
    errors: ['not_member'],
    async handle({ c, chat, follow, caller, expiresAt, params: { roomId }, query }) {
      const form = chooseForm(c.req.header('Accept'));
      const after = lastEventId(c.req.header('Last-Event-ID')) ?? query.after;
      await chat.memberships.require(caller, roomId);
      if (c.req.method !== 'HEAD') {
        follow(c, form, { caller, expiresAt, address: c.get('peer').address, roomId, after });
      }
      return c.body(null, 200, { ...HEADERS, 'Content-Type': form.type });
    },
  }),
];

/** Returns the seq after which a reconnecting EventSource resumes. @throws ChatError invalid. */
function lastEventId(header: string | undefined): number | undefined {
  if (header === undefined || header === '') return undefined;
  const { success, data } = seqInQuery.safeParse(header);
  if (success && /^\d+$/.test(header)) return data;
  throw new ChatError('invalid', 'Last-Event-ID must be an event id: a whole number from 0');
}
