/** Stalled links: their peer reads nothing any more [B1]. */
import type { Connection } from './connection.ts';
import { STALL_MAX_MS } from './limits.ts';

/** Checks a connection's link at `now` (monotonic). Returns whether it has been without progress for too long. */
export function hasStalled(connection: Connection, now: number): boolean {
  const { link, stall } = connection;
  // First, because almost no link has anything queued, and asking the system about each of 10,000 would delay the others.
  if (link.queuedBytes() === 0) {
    connection.stall = null;
    return false;
  }
  const progress = link.progress();
  if (stall?.progress === progress) return now - stall.since > STALL_MAX_MS;
  connection.stall = { progress, since: now };
  return false;
}
