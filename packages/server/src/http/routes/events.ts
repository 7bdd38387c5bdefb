/** A room's events as they happen, over HTTP. */
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

/** Tells nginx, and proxies like it, to pass on at once what comes. */
const HEADERS = { 'X-Accel-Buffering': 'no' };

export const eventRoutes = [
  route({
    method: 'GET',
    path: '/rooms/{roomId}/events',
    summary:
      "Follow a room's events, from the one after `after` or from now on, in the form that Accept names",
    who: 'signed-in',
    scope: 'read',
    takesTicket: true,
    headers: { 'Last-Event-ID': 'As `after`, and before it' },
    query: eventsQuery,
    answers: { 200: media(SSE.type, NDJSON.type) },
    errors: ['not_member'],
    async handle({ c, chat, follow, caller, expiresAt, params: { roomId }, query }) {
      const form = chooseForm(c.req.header('Accept'));
      const after = lastEventId(c.req.header('Last-Event-ID')) ?? query.after;
      await chat.memberships.require(caller, roomId);
      if (c.req.method !== 'HEAD') follow(c, form, { caller, expiresAt, roomId, after });
      return c.body(null, 200, { ...HEADERS, 'Content-Type': form.type });
    },
  }),
];

/** Where a browser's EventSource goes on when it comes back. */
function lastEventId(header: string | undefined): number | undefined {
  if (header === undefined || header === '') return undefined;
  const { success, data } = seqInQuery.safeParse(header);
  if (success && /^\d+$/.test(header)) return data;
  throw new ChatError('invalid', 'Last-Event-ID must be the id of an event: a whole number from 0');
}
