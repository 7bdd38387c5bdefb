/** Reaching the store from beside the server, whether that runs or not. */
import { existsSync } from 'node:fs';
import { findRunningServer, type StoreLog, startEmbedded } from '../embedded/embedded.ts';
import { lockDataDir } from './data-lock.ts';

export type ReachedDatabase = {
  url: string;
  /** Stops what was started for it. */
  close(): Promise<void>;
};

/**
 * The address of the database: the one that is named, the embedded one of a running server, or the same started for the while.
 * @throws Error in words: there is no such data folder, or PostgreSQL cannot be started.
 */
export async function findOrStartDatabase({
  dataDir,
  databaseUrl,
}: {
  dataDir: string;
  databaseUrl: string | null;
}): Promise<ReachedDatabase> {
  if (databaseUrl !== null) return { url: databaseUrl, close: async () => {} };
  // Looking must not make a new, empty one.
  if (!existsSync(dataDir))
    throw new Error(`there is no data folder ${dataDir}: set DATA_DIR or DATABASE_URL`);
  const running = await findRunningServer(dataDir);
  if (running !== null) return { url: running, close: async () => {} };
  const lock = await lockDataDir(dataDir);
  const embedded = await startEmbedded({ dataDir, log: toErrors }).catch((error: unknown) => {
    lock.release();
    throw error;
  });
  return {
    url: embedded.url,
    async close() {
      await embedded.stop();
      lock.release();
    },
  };
}

/** What was asked for is on the output, and nothing else. */
function toErrors(...[level, message]: Parameters<StoreLog>): void {
  if (level === 'warn' || level === 'error') process.stderr.write(`${message}\n`);
}
