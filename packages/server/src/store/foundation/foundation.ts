/** The foundation of the store: a running, migrated PostgreSQL, and the data folder if PostgreSQL is the embedded one. */
import { join } from 'node:path';
import { checkServer, describeServer } from '../database/server-check.ts';
import type { StoreLog } from '../database/store-log.ts';
import { type EmbeddedServer, startEmbedded } from '../embedded/embedded.ts';
import { migrateUp } from '../migrate/migrate.ts';
import { lockDataDir } from './data-lock.ts';
import { readOrCreateSecret } from './secret-file.ts';

/** Which PostgreSQL to use. */
export type FoundationOptions = {
  /** Only for the embedded PostgreSQL. */
  dataDir: string;
  /** The address of a PostgreSQL server; null for the embedded one. */
  databaseUrl: string | null;
  log: StoreLog;
};

/** A PostgreSQL that is ready for the store. */
export type Foundation = {
  /** The address of the database. */
  url: string;
  /** Tells people where the data is: a folder, or the host of a server. */
  description: string;
  /** The signing key from the data folder; null with a PostgreSQL server, because there it is a setting. */
  secret: string | null;
  /** Resolves if the embedded PostgreSQL ended and could not be restarted. Never resolves for a PostgreSQL server. */
  lost: Promise<Error>;
  /** Stops the embedded PostgreSQL and unlocks the data folder. Call it after everything that uses the database. */
  close(): Promise<void>;
};

/**
 * Starts the embedded PostgreSQL or connects to a server, checks it, and migrates its schema.
 * @throws Error that says what to do: the folder is in use, PostgreSQL cannot be started or reached, or its settings could
 * lose acknowledged messages.
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
    return await startOnDataDir(dataDir, log, lock.release);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function startOnDataDir(dataDir: string, log: StoreLog, release: () => void): Promise<Foundation> {
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
