/** What the store stands on: a PostgreSQL that runs and is migrated, and the data folder where it is ours. */
import { join } from 'node:path';
import { checkServer, describeServer } from '../database/server-check.ts';
import type { StoreLog } from '../database/store-log.ts';
import { type EmbeddedServer, startEmbedded } from '../embedded/embedded.ts';
import { migrateUp } from '../migrate/migrate.ts';
import { lockDataDir } from './data-lock.ts';
import { readOrCreateSecret } from './secret-file.ts';

export type FoundationOptions = {
  dataDir: string;
  /** Null: the embedded PostgreSQL. */
  databaseUrl: string | null;
  log: StoreLog;
};

export type Foundation = {
  url: string;
  /** Where the data lies, for people: a folder, or the host of a server. */
  description: string;
  /** A signing key that the data folder keeps; null with a PostgreSQL of one's own, where it is a setting. */
  secret: string | null;
  /** Resolves if PostgreSQL is gone for good without having been stopped; never for a server of one's own. */
  lost: Promise<Error>;
  /** Stops what was started here. To be called last. */
  close(): Promise<void>;
};

/**
 * Starts or reaches PostgreSQL and brings its schema up to date.
 * @throws Error in words that say what to do: the folder is in use, PostgreSQL cannot be started or reached, or its
 * settings could lose what was acknowledged, …
 */
export async function startFoundation({ dataDir, databaseUrl, log }: FoundationOptions): Promise<Foundation> {
  if (databaseUrl !== null) {
    await checkServer(databaseUrl);
    await migrateUp(databaseUrl, { log });
    const description = describeServer(databaseUrl);
    return {
      url: databaseUrl,
      description,
      secret: null,
      lost: new Promise(() => {}),
      close: async () => {},
    };
  }
  const lock = await lockDataDir(dataDir);
  try {
    return await layEmbedded(dataDir, log, lock.release);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function layEmbedded(dataDir: string, log: StoreLog, release: () => void): Promise<Foundation> {
  const embedded = await startEmbedded({ dataDir, log });
  try {
    await checkServer(embedded.url, 'the embedded PostgreSQL');
    await migrateUp(embedded.url, { log });
    const secret = await readOrCreateSecret(join(dataDir, 'jwt-secret'));
    return {
      url: embedded.url,
      description: `embedded PostgreSQL in ${embedded.location}`,
      secret,
      lost: lossOf(embedded),
      async close() {
        await embedded.stop();
        release();
      },
    };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

function lossOf({ exited }: EmbeddedServer): Promise<Error> {
  return new Promise((resolve) => {
    void exited.then((end) => {
      if (end.reason === 'failed') resolve(end.error);
    });
  });
}
