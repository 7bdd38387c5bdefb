/** The two forms in which a room's events go over HTTP, and the response that they go over. */
import type { ServerResponse } from 'node:http';
import { ChatError, isRoomEvent, type ServerEvent } from '@banter/protocol';
import { type FollowingDeps, type FollowRequest, followRoom } from '../doors/following.ts';
import type { SocketCounts } from '../doors/socket-counts.ts';
import { heard } from '../doors/watch.ts';
import type { Wire } from '../hub/link.ts';
import type { HttpContext } from './context.ts';
import { createResponseLink } from './response-link.ts';

/** Also counts the stream that stays open. */
export type FollowDeps = FollowingDeps & { socketCounts: SocketCounts };

/** A media type of events. */
export type EventForm = {
  type: string;
  wire: Wire;
  /** A sign of life, at `now` (epoch milliseconds). */
  heartbeat: (now: number) => string;
};

/** Server-Sent Events, as the HTML standard has them: each with its type, those with a place in the room's order with it as id. */
export const SSE: EventForm = {
  type: 'text/event-stream',
  wire: (lines) => Buffer.from(lines.split('\n').map(toServerSentEvent).join('')),
  heartbeat: () => ': ping\n\n',
};

/** One JSON object a line. */
export const NDJSON: EventForm = {
  type: 'application/x-ndjson',
  wire: (lines) => Buffer.from(`${lines}\n`),
  heartbeat: (now) => `${JSON.stringify({ type: 'ping', t: now } satisfies ServerEvent)}\n`,
};

/** The form that an Accept header asks for by name; of both, the first. @throws ChatError invalid for neither. */
export function chooseForm(accept: string | undefined): EventForm {
  for (const range of (accept ?? '').toLowerCase().split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    const form = [SSE, NDJSON].find((known) => known.type === type);
    if (form && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) return form;
  }
  throw new ChatError('invalid', `send Accept: ${SSE.type}, or Accept: ${NDJSON.type}`);
}

/** Has the head of a call's answer followed by a room's events. The returned function throws ChatError rate_limited. */
export function createFollow(deps: FollowDeps) {
  return (c: HttpContext, form: EventForm, request: FollowRequest): void => {
    const { outgoing } = c.env;
    // Gone already, and its close with it: there would be nobody to tell of the end.
    if (outgoing.destroyed) return;
    const entry = deps.socketCounts.enter(c.get('peer').address);
    entry.signedIn();
    outgoing.once('close', () => entry.leave());
    c.env.takeOver = (response) => streamEvents(deps, response, form, request);
  };
}

/** Follows a room over a response until either side ends it. */
function streamEvents(
  deps: FollowingDeps,
  response: ServerResponse,
  form: EventForm,
  request: FollowRequest,
): void {
  if (response.destroyed) return;
  const { hub, clock } = deps;
  const link = createResponseLink(response, {
    wire: form.wire,
    clock,
    onClosing: () => hub.write(following.connection),
    onClose: () => following.end(),
    onDrain: () => hub.refill(following.connection),
  });
  const following = followRoom(deps, link, request, () => {
    link.write([Buffer.from(form.heartbeat(clock.wall()))]);
    // Over HTTP the peer has no way to answer: a line that is dead shows in what it does not take any more.
    heard(following.watched, clock.now());
  });
  void following.begin();
}

function toServerSentEvent(line: string): string {
  const event = JSON.parse(line) as ServerEvent;
  const id = isRoomEvent(event) ? `id: ${event.seq}\n` : '';
  const retry = event.type === 'bye' && event.retryAfterMs > 0 ? `retry: ${event.retryAfterMs}\n` : '';
  return `${id}${retry}event: ${event.type}\ndata: ${line}\n\n`;
}
