/** Readers that take nothing any more [B1]. */
import type { Connection } from './connection.ts';

/** A reader that takes nothing for so long is closed as slow. */
const STUCK_MAX_MS = 30_000;

/** Looks at a connection's link at `now` (monotonic) and says whether its reader has taken nothing for too long. */
export function isStuck(connection: Connection, now: number): boolean {
  const { link, stuck } = connection;
  const progress = link.progress();
  if (link.queuedBytes() === 0) connection.stuck = null;
  else if (stuck?.progress !== progress) connection.stuck = { progress, since: now };
  else return now - stuck.since > STUCK_MAX_MS;
  return false;
}
