/** A WebSocket as a link: whole frames go straight to the TCP socket, next to the library's own pings and closes. */
import type { Duplex } from 'node:stream';
import { CLOSE_MEANINGS, CLOSES, type CloseName, encodeEvent } from '@banter/protocol';
import { WebSocket } from 'ws';
import type { LinkEvents } from '../doors/link-events.ts';
import { receivedBytes, systemQueueBytes } from '../doors/system-queue.ts';
import type { Link } from '../hub/link.ts';
import { encodeTextFrame } from './frame.ts';

/** A link over a WebSocket. Thousands of idle sockets share its methods: closures would take half a kilobyte for each. */
export class WebSocketLink implements Link {
  readonly wire = encodeTextFrame;
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #events: LinkEvents;
  #isClosed = false;
  /** Whether nothing that the peer sends counts any more. */
  #isDeaf = false;
  /** Bytes that had arrived when the last message was complete. */
  #finishedBytes = 0;
  #sentBytes = 0;

  constructor(ws: WebSocket, socket: Duplex, events: LinkEvents) {
    this.#ws = ws;
    this.#socket = socket;
    this.#events = events;
    this.finishMessage();
    const end = () => this.#end();
    ws.on('close', end);
    // The library itself closes with the right code (1007, 1009, …). Without a listener the process would exit.
    ws.on('error', end);
    socket.on('drain', () => events.onDrain());
  }

  /** Whether nothing more can be sent or received. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  write(frame: Buffer, more: readonly Buffer[] | null = null): void {
    if (!this.#canWrite()) return;
    const socket = this.#socket;
    if (more) socket.cork();
    this.#sentBytes += frame.length;
    socket.write(frame);
    if (!more) return;
    for (const next of more) {
      this.#sentBytes += next.length;
      socket.write(next);
    }
    socket.uncork();
  }

  queuedBytes(): number {
    return this.#socket.writableLength;
  }

  progress(): number {
    return this.#sentBytes - this.#socket.writableLength - systemQueueBytes(this.#socket);
  }

  /** Records that a message is complete. */
  finishMessage(): void {
    this.#finishedBytes = receivedBytes(this.#socket);
  }

  /** Returns how many bytes have arrived since the last message was complete. */
  unfinishedBytes(): number {
    return receivedBytes(this.#socket) - this.#finishedBytes;
  }

  fenced(roomId: number): void {
    this.#events.onFenced?.(roomId);
  }

  close(name: CloseName, retryAfterMs = 0): void {
    if (this.#isClosed) return;
    this.#events.onClosing();
    const { code } = CLOSES[name];
    const meaning = CLOSE_MEANINGS[name];
    if (this.#canWrite()) {
      this.#socket.write(encodeTextFrame(encodeEvent({ type: 'bye', code, reason: meaning, retryAfterMs })));
    }
    this.#end();
    this.#ws.close(code, meaning);
    // Whatever such a peer goes on sending costs nothing.
    if (name === 'protocol_error') {
      this.#isDeaf = true;
      this.#ws.pause();
    }
  }

  /** Reads again after a pause, unless nothing that the peer sends counts any more. */
  resume(): void {
    if (!this.#isDeaf) this.#ws.resume();
  }

  #end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#events.onClose();
  }

  /** Nothing may follow a close frame (RFC 6455 5.5.1). The library sends one in answer to the peer's. */
  #canWrite(): boolean {
    return !this.#isClosed && this.#ws.readyState === WebSocket.OPEN && this.#socket.writable;
  }
}
