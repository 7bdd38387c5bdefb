/** Gives command-line tools a database, whether or not the server is running. */
import { existsSync } from 'node:fs';
import { findRunningServer, type StoreLog, startEmbedded } from '../embedded/embedded.ts';
import { lockDataDir } from './data-lock.ts';

/** A database that a tool can use. */
export type ReachedDatabase = {
  /** Its address. */
  url: string;
  /** Stops the embedded PostgreSQL if it was started for this. */
  close(): Promise<void>;
};

/**
 * Finds the database: the one at `databaseUrl`, or the embedded one of a running server. If no server is running, starts
 * the embedded PostgreSQL until `close`.
 * @throws Error when there is no such data folder, or PostgreSQL cannot be started.
 */
export async function findOrStartDatabase({
  dataDir,
  databaseUrl,
}: {
  dataDir: string;
  databaseUrl: string | null;
}): Promise<ReachedDatabase> {
  if (databaseUrl !== null) return { url: databaseUrl, close: async () => {} };
  // A tool must not create an empty database.
  if (!existsSync(dataDir))
    throw new Error(`there is no data folder ${dataDir}: set DATA_DIR or DATABASE_URL`);
  const running = await findRunningServer(dataDir);
  if (running !== null) return { url: running, close: async () => {} };
  const lock = await lockDataDir(dataDir);
  const embedded = await startEmbedded({ dataDir, log: logToStderr }).catch((error: unknown) => {
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

/** Warnings and errors go to stderr, since stdout is for the tool's result. */
function logToStderr(...[level, message]: Parameters<StoreLog>): void {
  if (level === 'warn' || level === 'error') process.stderr.write(`${message}\n`);
}
