/** A socket whose two directions are queues. A test flushes them by hand, so it can write down any interleaving. */
import type { Command, ServerEvent } from '@banter/protocol';
import type { SocketLike } from '../src/wire/link.ts';

type Listener = (event: { data?: unknown; code?: number; reason?: string }) => void;

/** One socket. The client uses the methods of SocketLike; a test uses the others, as the server and the network. */
export class FakeSocket implements SocketLike {
  readonly url: string;
  /** Commands that the client has sent and the server has not read. */
  readonly toServer: Command[] = [];
  /** Frames that the server has sent and the client has not received. */
  readonly toClient: string[] = [];
  readonly #onClosed: (socket: FakeSocket) => void;
  readonly #listeners = new Map<string, Listener[]>();
  #isOpen = false;
  #isOver = false;

  /** @param onClosed called when the client closes the socket */
  constructor(url: string, onClosed: (socket: FakeSocket) => void) {
    this.url = url;
    this.#onClosed = onClosed;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  addEventListener(type: string, listener: unknown): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener as Listener]);
  }

  send(data: string): void {
    if (this.#isOpen) this.toServer.push(JSON.parse(data) as Command);
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isOpen = false;
    this.#onClosed(this);
  }

  /** Completes the handshake. */
  accept(): void {
    if (this.#isOver) return;
    this.#isOpen = true;
    this.#emit('open');
  }

  /** Queues one frame with these events for the client. */
  push(...events: ServerEvent[]): void {
    if (this.#isOpen) this.toClient.push(events.map((event) => JSON.stringify(event)).join('\n'));
  }

  /** Delivers the next `count` frames to the client; all by default. */
  deliver(count = this.toClient.length): void {
    for (let left = count; left > 0 && this.#isOpen; left--) {
      const data = this.toClient.shift();
      if (data !== undefined) this.#emit('message', { data });
    }
  }

  /** Closes the socket as the network or the server does. Queued commands and frames are lost. */
  cut(code = 1006, reason = ''): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isOpen = false;
    this.toServer.length = 0;
    this.toClient.length = 0;
    this.#emit('close', { code, reason });
  }

  #emit(type: string, event = {}): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }
}
