/** Readers that take nothing any more [B1]. */
import type { Connection } from './connection.ts';

/** A reader that takes nothing for so long is closed as slow. */
const STUCK_MAX_MS = 30_000;

/** Looks at a connection's queue at `now` (monotonic) and says whether it has not become shorter for too long. */
export function isStuck(connection: Connection, now: number): boolean {
  const bytes = connection.link.queuedBytes();
  const { stuck } = connection;
  if (bytes === 0) connection.stuck = null;
  else if (!stuck || bytes < stuck.bytes) connection.stuck = { bytes, since: now };
  else return now - stuck.since > STUCK_MAX_MS;
  return false;
}
