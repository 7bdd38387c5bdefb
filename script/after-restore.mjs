// node script/after-restore.mjs: run this once after restoring a backup, with the server stopped.
// It gives the store a new epoch. Clients with messages newer than the backup then drop their copies and reload.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { root } from './command.mjs';

const NEW_EPOCH = "update store_state set epoch = replace(gen_random_uuid()::text, '-', '') returning epoch";

const dataDir = process.env.DATA_DIR || './data';
const url = process.env.DATABASE_URL;
if (!url && !existsSync(dataDir)) {
  process.stderr.write(`The data folder ${dataDir} does not exist. Set DATA_DIR or DATABASE_URL.\n`);
  process.exit(1);
}
await main().catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});

async function main() {
  const database = url ? { url, close: async () => {} } : await openDataFolder();
  try {
    const epoch = await renewEpoch(database.url);
    process.stdout.write(`The store has the new epoch ${epoch}. You can start the server now.\n`);
  } finally {
    await database.close();
  }
}

/** Starts the embedded PostgreSQL under the data folder's lock, so that no server can use it meanwhile. */
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
 * Prints messages such as where a restored database was moved to, without PostgreSQL's debug messages.
 * @param {string} level
 * @param {string} message
 */
function log(level, message) {
  if (level !== 'debug') process.stdout.write(`${message}\n`);
}

/**
 * @param {string} connectionString
 * @returns {Promise<string>} the new epoch
 */
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
