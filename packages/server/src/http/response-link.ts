/** A response without end as the hub's link: what is written goes out at once, chunk by chunk, until either side ends it. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { CLOSES, encodeEvent } from '@banter/protocol';
import type { Clock } from '../clock.ts';
import { systemQueueBytes } from '../doors/system-queue.ts';
import type { Link, Wire } from '../hub/link.ts';

export type ResponseLinkOptions = {
  wire: Wire;
  clock: Clock;
  /** Called before an end of ours: what waits for the peer is to be written first. */
  onClosing: () => void;
  /** Called once, when nothing more may be sent: at our end or the peer's. */
  onClose: () => void;
  onDrain: () => void;
};

/** How long a peer may take to read the rest before the line is cut. */
const CLOSE_GRACE_MS = 2_000;

/** @param response its head has been written. */
export function createResponseLink(
  response: ServerResponse,
  { wire, clock, onClosing, onClose, onDrain }: ResponseLinkOptions,
): Link {
  let isClosed = false;
  const end = () => {
    if (isClosed) return;
    isClosed = true;
    onClose();
  };
  response.on('close', end);
  response.on('error', end);
  response.on('drain', onDrain);

  const link: Link = {
    wire,
    write(frames) {
      if (isClosed || !response.writable) return;
      if (frames.length > 1) response.cork();
      for (const frame of frames) response.write(frame);
      if (frames.length > 1) response.uncork();
    },
    queuedBytes: () => response.writableLength,
    progress: () => takenBytes(response.socket),
    // One room is all that it follows.
    fenced: () => link.close('removed'),
    close(name, retryAfterMs = 0) {
      if (isClosed) return;
      onClosing();
      const { code, meaning } = CLOSES[name];
      link.write([wire(encodeEvent({ type: 'bye', code, reason: meaning, retryAfterMs }))]);
      end();
      finish(response, clock);
    },
  };
  return link;
}

/** Ends the response and its connection with it, so that a server that stops need not wait for the peer. */
function finish(response: ServerResponse, clock: Clock): void {
  const { socket } = response;
  const callOff = clock.after(CLOSE_GRACE_MS, () => socket?.destroy());
  response.once('close', callOff);
  response.end(() => socket?.end());
}

/** How much of all that was written the system has taken; nothing while another answer of the connection goes before. */
function takenBytes(socket: Socket | null): number {
  return socket ? socket.bytesWritten - socket.writableLength - systemQueueBytes(socket) : 0;
}
