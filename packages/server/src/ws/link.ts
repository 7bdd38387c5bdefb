/** A WebSocket as the hub's link: whole frames go straight to the TCP socket, beside the library's own pings and closes. */
import type { Duplex } from 'node:stream';
import { CLOSES, type CloseName, encodeEvent } from '@banter/protocol';
import { WebSocket } from 'ws';
import { systemQueueBytes } from '../doors/system-queue.ts';
import type { Link } from '../hub/link.ts';
import { encodeTextFrame } from './frame.ts';

export type SocketLink = Link & { readonly isClosed: boolean };

export type LinkOptions = {
  /** Called before a close of ours: what waits for the peer is to be written first. */
  onClosing: () => void;
  /** Called once, when nothing more may be sent or taken: at our close or the peer's. */
  onClose: () => void;
  onDrain: () => void;
  onFenced?: (roomId: number) => void;
};

export function createSocketLink(ws: WebSocket, socket: Duplex, options: LinkOptions): SocketLink {
  return new WebSocketLink(ws, socket, options);
}

/** A class: thousands of idle sockets share its functions, where closures would be half a kilobyte for each of them. */
class WebSocketLink implements SocketLink {
  readonly wire = encodeTextFrame;
  isClosed = false;
  private sentBytes = 0;
  private readonly ws: WebSocket;
  private readonly socket: Duplex;
  private readonly options: LinkOptions;

  constructor(ws: WebSocket, socket: Duplex, options: LinkOptions) {
    this.ws = ws;
    this.socket = socket;
    this.options = options;
    const end = () => this.end();
    ws.on('close', end);
    // The library closes with the right code (1007, 1009, …) by itself; without a listener the process would die.
    ws.on('error', end);
    socket.on('drain', () => options.onDrain());
  }

  write(frames: readonly Buffer[]): void {
    if (!this.isSayable()) return;
    const { socket } = this;
    if (frames.length > 1) socket.cork();
    for (const frame of frames) {
      this.sentBytes += frame.length;
      socket.write(frame);
    }
    if (frames.length > 1) socket.uncork();
  }

  queuedBytes(): number {
    return this.socket.writableLength;
  }

  progress(): number {
    return this.sentBytes - this.socket.writableLength - systemQueueBytes(this.socket);
  }

  fenced(roomId: number): void {
    this.options.onFenced?.(roomId);
  }

  close(name: CloseName, retryAfterMs = 0): void {
    if (this.isClosed) return;
    this.options.onClosing();
    const { code, meaning } = CLOSES[name];
    if (this.isSayable()) {
      this.socket.write(encodeTextFrame(encodeEvent({ type: 'bye', code, reason: meaning, retryAfterMs })));
    }
    this.end();
    this.ws.close(code, meaning);
  }

  private end(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.options.onClose();
  }

  /** Nothing may follow a close frame (RFC 6455 5.5.1), and the library may have sent one in answer to the peer's. */
  private isSayable(): boolean {
    return !this.isClosed && this.ws.readyState === WebSocket.OPEN && this.socket.writable;
  }
}
