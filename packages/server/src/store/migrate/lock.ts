/** A lock in the database, so that one node migrates at a time. */

import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';

/** An arbitrary key that nothing else in the database uses. */
const LOCK_KEY = 7_226_837_101;
const RETRY_MS = 100;
/** How long to wait for another node's migration. */
const WAIT_MAX_MS = 10 * 60_000;

/**
 * Acquires the lock and holds it while `client` is connected. It polls: a session that waits inside the server holds a
 * snapshot, and CREATE INDEX CONCURRENTLY in the other node would wait for that snapshot.
 * @throws Error if another node still migrates after ten minutes.
 */
export async function holdMigrationLock(client: pg.Client): Promise<void> {
  for (let waitedMs = 0; waitedMs < WAIT_MAX_MS; waitedMs += RETRY_MS) {
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [
      LOCK_KEY,
    ]);
    if (rows[0]?.held) return;
    await delay(RETRY_MS);
  }
  throw new Error(
    `Another node has been migrating this database for ${WAIT_MAX_MS / 60_000} minutes: check that node first`,
  );
}
