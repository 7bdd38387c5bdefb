/** A WebSocket as the hub's link: whole frames go straight to the TCP socket, beside the library's own pings and closes. */
import type { Duplex } from 'node:stream';
import { CLOSES, type CloseName, encodeEvent } from '@banter/protocol';
import { WebSocket } from 'ws';
import type { Link } from '../hub/connection.ts';
import { systemQueueBytes } from '../hub/system-queue.ts';
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

export function createSocketLink(
  ws: WebSocket,
  socket: Duplex,
  { onClosing, onClose, onDrain, onFenced }: LinkOptions,
): SocketLink {
  let isClosed = false;
  let sentBytes = 0;
  const end = () => {
    if (isClosed) return;
    isClosed = true;
    onClose();
  };
  ws.on('close', end);
  // The library closes with the right code (1007, 1009, …) by itself; without a listener the process would die.
  ws.on('error', end);
  socket.on('drain', onDrain);
  // Nothing may follow a close frame (RFC 6455 5.5.1), and the library may have sent one in answer to the peer's.
  const isSayable = () => !isClosed && ws.readyState === WebSocket.OPEN && socket.writable;

  return {
    wire: encodeTextFrame,
    get isClosed() {
      return isClosed;
    },
    write(frames) {
      if (!isSayable()) return;
      if (frames.length > 1) socket.cork();
      for (const frame of frames) {
        sentBytes += frame.length;
        socket.write(frame);
      }
      if (frames.length > 1) socket.uncork();
    },
    queuedBytes: () => socket.writableLength,
    progress: () => sentBytes - socket.writableLength - systemQueueBytes(socket),
    fenced: (roomId) => onFenced?.(roomId),
    close(name: CloseName, retryAfterMs = 0) {
      if (isClosed) return;
      onClosing();
      const { code, meaning } = CLOSES[name];
      if (isSayable()) {
        socket.write(encodeTextFrame(encodeEvent({ type: 'bye', code, reason: meaning, retryAfterMs })));
      }
      end();
      ws.close(code, meaning);
    },
  };
}
