/** Readers that take nothing any more [B1]. */
import type { Connection } from './connection.ts';
import { STALL_MAX_MS } from './limits.ts';

/** Looks at a connection's link at `now` (monotonic) and says whether its reader has taken nothing for too long. */
export function isStuck(connection: Connection, now: number): boolean {
  const { link, stuck } = connection;
  // First, because nearly all have nothing waiting, and asking the system for each of 10,000 would hold up the others.
  if (link.queuedBytes() === 0) {
    connection.stuck = null;
    return false;
  }
  const progress = link.progress();
  if (stuck?.progress === progress) return now - stuck.since > STALL_MAX_MS;
  connection.stuck = { progress, since: now };
  return false;
}
