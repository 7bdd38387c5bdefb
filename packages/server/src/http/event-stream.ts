/** Event streams: a room's events over an HTTP response, in one of two formats. */
import type { ServerResponse } from 'node:http';
import { ChatError, isRoomEvent, type ServerEvent } from '@banter/protocol';
import { Following, type FollowingDeps, type FollowRequest } from '../doors/following.ts';
import type { HttpConnections } from '../doors/http-connections.ts';
import type { SocketCounts } from '../doors/socket-counts.ts';
import type { Wire } from '../hub/link.ts';
import type { HttpContext } from './context.ts';
import { ResponseLink } from './response-link.ts';

/** Dependencies of event streams. A stream counts as a socket of its address. */
export type FollowDeps = FollowingDeps & {
  socketCounts: SocketCounts;
  httpConnections: Pick<HttpConnections, 'beginRequest' | 'release'>;
};

/** A media type of events. */
export type EventForm = {
  type: string;
  wire: Wire;
  /** Returns a heartbeat for `now` (epoch milliseconds). */
  heartbeat: (now: number) => string;
};

/** Server-Sent Events of the HTML standard: each with its type, and with its seq as the id if it has one. */
export const SSE: EventForm = {
  type: 'text/event-stream',
  wire: (lines) => Buffer.from(lines.split('\n').map(toServerSentEvent).join('')),
  heartbeat: () => ': ping\n\n',
};

/** One JSON object per line. */
export const NDJSON: EventForm = {
  type: 'application/x-ndjson',
  wire: (lines) => Buffer.from(`${lines}\n`),
  heartbeat: (now) => `${JSON.stringify({ type: 'ping', t: now } satisfies ServerEvent)}\n`,
};

/** Returns the format that an Accept header names: the first, if it names both. @throws ChatError invalid for neither. */
export function chooseForm(accept: string | undefined): EventForm {
  for (const range of (accept ?? '').toLowerCase().split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    const form = [SSE, NDJSON].find((known) => known.type === type);
    if (form && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) return form;
  }
  throw new ChatError('invalid', `send Accept: ${SSE.type}, or Accept: ${NDJSON.type}`);
}

/** Returns a function that streams a room's events after the head of a response. It throws ChatError rate_limited. */
export function createFollow(deps: FollowDeps) {
  return (c: HttpContext, form: EventForm, request: FollowRequest): void => {
    const { outgoing } = c.env;
    // A closed response has emitted its `close` event already: nothing would release the slot.
    if (outgoing.destroyed) return;
    const slot = deps.socketCounts.acquire(c.get('peer').address);
    slot.markSignedIn();
    outgoing.once('close', () => slot.release());
    deps.httpConnections.release(c.env.incoming.socket);
    c.env.takeOver = (response) => {
      if (!response.destroyed) void new EventStream(deps, response, form, request).begin();
    };
  };
}

/** A room's events over a response, until either side ends it. */
class EventStream extends Following {
  readonly #deps: FollowingDeps;
  readonly #form: EventForm;

  constructor(deps: FollowingDeps, response: ServerResponse, form: EventForm, request: FollowRequest) {
    const { clock } = deps;
    super(deps, request, (events) => new ResponseLink(response, { wire: form.wire, clock, events }));
    this.#deps = deps;
    this.#form = form;
  }

  ping(): void {
    this.link.write(Buffer.from(this.#form.heartbeat(this.#deps.clock.wall())));
    // Over HTTP the peer cannot answer. A dead connection stops accepting bytes, and the hub closes it as stalled [B1].
    this.recordActivity();
  }

  /** A stream receives nothing. */
  unfinishedBytes(): number {
    return 0;
  }

  cut(): void {
    this.link.close('interrupted');
  }
}

function toServerSentEvent(line: string): string {
  const event = JSON.parse(line) as ServerEvent;
  const id = isRoomEvent(event) ? `id: ${event.seq}\n` : '';
  const retry = event.type === 'bye' && event.retryAfterMs > 0 ? `retry: ${event.retryAfterMs}\n` : '';
  return `${id}${retry}event: ${event.type}\ndata: ${line}\n\n`;
}
