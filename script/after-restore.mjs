// node script/after-restore.mjs: run once after a backup was put back, with the server stopped.
// It gives the store a new epoch: clients that have seen messages newer than the backup drop their copies and load anew.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { root } from './command.mjs';

const NEW_EPOCH = "update store_state set epoch = replace(gen_random_uuid()::text, '-', '') returning epoch";

const dataDir = process.env.DATA_DIR || './data';
const url = process.env.DATABASE_URL;
if (!url && !existsSync(dataDir)) {
  process.stderr.write(`there is no data folder ${dataDir}: set DATA_DIR or DATABASE_URL\n`);
  process.exit(1);
}
await main().catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});

async function main() {
  const database = url ? { url, close: async () => {} } : await openDataFolder();
  try {
    process.stdout.write(`the store's epoch is now ${await renewEpoch(database.url)}\n`);
  } finally {
    await database.close();
  }
}

/** Starts the embedded PostgreSQL, under the lock that keeps a running server's folder safe. */
async function openDataFolder() {
  const store = `${root}packages/server/dist/store`;
  /** @type {typeof import('../packages/server/src/store/foundation/data-lock.ts')} */
  const { lockDataDir } = await import(`${store}/foundation/data-lock.js`);
  /** @type {typeof import('../packages/server/src/store/embedded/embedded.ts')} */
  const { startEmbedded } = await import(`${store}/embedded/embedded.js`);
  const lock = await lockDataDir(dataDir);
  const embedded = await startEmbedded({ dataDir, log });
  const close = async () => {
    await embedded.stop();
    lock.release();
  };
  return { url: embedded.url, close };
}

/**
 * Where a restored database was moved to is worth a line; PostgreSQL's own start is not.
 * @param {string} level
 * @param {string} message
 */
function log(level, message) {
  if (level !== 'debug') process.stdout.write(`${message}\n`);
}

/** @param {string} connectionString */
async function renewEpoch(connectionString) {
  /** @type {typeof import('pg')} */
  const pg = createRequire(`${root}packages/server/package.json`)('pg');
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query(NEW_EPOCH);
    return rows[0]?.epoch;
  } finally {
    await client.end();
  }
}
