/** How far the system has come with what a socket was given. */
import type { Duplex } from 'node:stream';

/**
 * Bytes of the write under way that the system has not taken yet. Node tells them nowhere else, and looks at the same
 * number for its own time-outs; where it is missing, progress shows with each finished write only.
 */
export function systemQueueBytes(socket: Duplex): number {
  const { _handle: handle } = socket as { _handle?: { writeQueueSize?: number } | null };
  return handle?.writeQueueSize ?? 0;
}
