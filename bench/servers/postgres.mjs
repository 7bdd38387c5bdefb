// Starts the PostgreSQL of a run: banter's embedded one, as in production, with fsync on.

import { realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(`${root}packages/server/package.json`);
/** @type {typeof import('pg')} */
const { Client } = require('pg');

/** @typedef {Awaited<ReturnType<typeof startPostgres>>} Postgres */

/**
 * Starts PostgreSQL.
 * @param {string} dataDir created now and removed by stop; must be on a real disk, because fsync is free elsewhere
 */
export async function startPostgres(dataDir) {
  /** @type {typeof import('../../packages/server/src/store/embedded/embedded.ts')} */
  const { startEmbedded } = await import(`${root}packages/server/dist/store/embedded/embedded.js`);
  const embedded = await startEmbedded({ dataDir, log: () => {} });
  return {
    url: embedded.url,
    pid: embedded.pid,
    /**
     * Creates an empty database, so that servers do not share tables.
     * @param {string} name
     * @returns {Promise<string>} its URL
     */
    async createDatabase(name) {
      await runSql(embedded.url, `create database ${name}`);
      const url = new URL(embedded.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    /** Stops PostgreSQL and removes its data. */
    async stop() {
      await embedded.stop();
      // As root the cluster may be elsewhere, and the data folder then links to it.
      rmSync(realpathSync(embedded.location), { recursive: true, force: true });
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * Runs one statement.
 * @param {string} url
 * @param {string} sql
 * @param {unknown[]} [values]
 */
export async function runSql(url, sql, values) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql, values);
  } finally {
    await client.end();
  }
}
