/** The bytes of a socket that Node has given to the system, or got from it. */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Returns how many bytes of the current write the system has not accepted yet. Node exposes the number only on its internal
 * handle, and uses it for its own time-outs. Without it (0), progress is seen only when a write finishes.
 */
export function systemQueueBytes(socket: Duplex): number {
  const { _handle: handle } = socket as { _handle?: { writeQueueSize?: number } | null };
  return handle?.writeQueueSize ?? 0;
}

/** Returns how many bytes a socket has received. */
export function receivedBytes(socket: Duplex): number {
  return (socket as Partial<Pick<Socket, 'bytesRead'>>).bytesRead ?? 0;
}

/** Returns how many written bytes the system has accepted; 0 while an earlier response of the connection is being sent. */
export function acceptedBytes(socket: Socket | null): number {
  return socket ? socket.bytesWritten - socket.writableLength - systemQueueBytes(socket) : 0;
}
