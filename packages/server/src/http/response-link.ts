/** An endless HTTP response as a link: every frame is a chunk, until either side ends the response. */
import type { ServerResponse } from 'node:http';
import { CLOSE_MEANINGS, CLOSES, type CloseName, encodeEvent } from '@banter/protocol';
import type { Clock } from '../clock.ts';
import type { LinkEvents } from '../doors/link-events.ts';
import { acceptedBytes } from '../doors/system-queue.ts';
import type { Link, Wire } from '../hub/link.ts';

/** The response's format, the clock, and who handles the link's events. */
export type ResponseLinkOptions = { wire: Wire; clock: Clock; events: LinkEvents };

/** Milliseconds that a peer has to read the rest before its connection is cut. */
const CLOSE_GRACE_MS = 2_000;

/** A link over a response. */
export class ResponseLink implements Link {
  readonly wire: Wire;
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  readonly #events: LinkEvents;
  #isClosed = false;

  /** @param response one whose head has been written. */
  constructor(response: ServerResponse, { wire, clock, events }: ResponseLinkOptions) {
    this.wire = wire;
    this.#response = response;
    this.#clock = clock;
    this.#events = events;
    const end = () => this.#end();
    response.on('close', end);
    response.on('error', end);
    response.on('drain', () => events.onDrain());
  }

  write(frame: Buffer, more: readonly Buffer[] | null = null): void {
    const response = this.#response;
    if (this.#isClosed || !response.writable) return;
    if (more) response.cork();
    response.write(frame);
    if (!more) return;
    for (const next of more) response.write(next);
    response.uncork();
  }

  queuedBytes(): number {
    return this.#response.writableLength;
  }

  progress(): number {
    return acceptedBytes(this.#response.socket);
  }

  fenced(roomId: number): void {
    this.#events.onFenced?.(roomId);
  }

  close(name: CloseName, retryAfterMs = 0): void {
    if (this.#isClosed) return;
    this.#events.onClosing();
    const { code } = CLOSES[name];
    const meaning = CLOSE_MEANINGS[name];
    this.write(this.wire(encodeEvent({ type: 'bye', code, reason: meaning, retryAfterMs })));
    this.#end();
    finish(this.#response, this.#clock);
  }

  #end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#events.onClose();
  }
}

/** Ends the response and its connection, so that a server that stops need not wait for the peer. */
function finish(response: ServerResponse, clock: Clock): void {
  const { socket } = response;
  const cancelCut = clock.after(CLOSE_GRACE_MS, () => socket?.destroy());
  response.once('close', cancelCut);
  response.end(() => socket?.end());
}
