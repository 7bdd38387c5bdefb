/**
 * Counts the pings and pongs of sockets (RFC 6455 5.5). They cost the server about as much as messages, and no rate limit sees
 * them: a socket that sends far more than any heartbeat needs is closed [L1].
 */
import { CLOSE_MEANINGS, CLOSES } from '@banter/protocol';
import type { WebSocket } from 'ws';
import type { Clock } from '../clock.ts';

/** Control frames that a socket may send in CONTROL_PERIOD_MS. */
export const CONTROL_FRAMES_MAX = 100;
/** Milliseconds over which control frames are counted. */
export const CONTROL_PERIOD_MS = 10_000;

/** The control frames of one socket since `since` (monotonic). */
type Count = { frames: number; since: number };

/** Owns the counts. One listener serves all sockets: each idle socket would keep a closure of its own. */
export class ControlFrames {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #counts = new WeakMap<WebSocket, Count>();
  readonly #listener: (this: WebSocket) => void;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    const add = (ws: WebSocket) => this.#add(ws);
    this.#listener = function listener() {
      add(this);
    };
  }

  /** Begins to count a socket's control frames. */
  watch(ws: WebSocket): void {
    ws.on('ping', this.#listener).on('pong', this.#listener);
  }

  #add(ws: WebSocket): void {
    const now = this.#clock.now();
    const count = this.#counts.get(ws);
    if (!count || now - count.since >= CONTROL_PERIOD_MS) this.#counts.set(ws, { frames: 1, since: now });
    else if (++count.frames > CONTROL_FRAMES_MAX) cut(ws);
  }
}

/** Closes a socket, and reads nothing more from it. */
function cut(ws: WebSocket): void {
  ws.close(CLOSES.protocol_error.code, CLOSE_MEANINGS.protocol_error);
  ws.pause();
}
