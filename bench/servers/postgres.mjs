// The one PostgreSQL of a run: banter's embedded one, as production has it, with fsync on.

import { realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(`${root}packages/server/package.json`);
/** @type {typeof import('pg')} */
const { Client } = require('pg');

/** @typedef {Awaited<ReturnType<typeof startPostgres>>} Postgres */

/** @param {string} dataDir made, and removed in the end; on a real disk, or fsync would cost nothing */
export async function startPostgres(dataDir) {
  /** @type {typeof import('../../packages/server/src/store/embedded/embedded.ts')} */
  const { startEmbedded } = await import(`${root}packages/server/dist/store/embedded/embedded.js`);
  const embedded = await startEmbedded({ dataDir, log: () => {} });
  return {
    url: embedded.url,
    pid: embedded.pid,
    /**
     * Makes an empty database: no server's tables meet another's.
     * @param {string} name
     * @returns {Promise<string>} its address
     */
    async createDatabase(name) {
      await runSql(embedded.url, `create database ${name}`);
      const url = new URL(embedded.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    async stop() {
      await embedded.stop();
      // As root the cluster may lie elsewhere, behind a link in the data folder.
      rmSync(realpathSync(embedded.location), { recursive: true, force: true });
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/**
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
