// Starts the PostgreSQL of a run: banter's embedded one, as in production, with fsync on.

import { randomBytes, randomInt } from 'node:crypto';
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(`${root}packages/server/package.json`);
/** @type {typeof import('pg')} */
const { Client } = require('pg');

const PORT = 5432;

/** @typedef {Awaited<ReturnType<typeof startPostgres>>} Postgres */
/** @typedef {{ host: string, port: number, password: string }} TcpDoor where the role of the databases may connect */

/**
 * Starts PostgreSQL.
 * @param {string} dataDir created now and removed by stop; must be on a real disk, because fsync is free elsewhere
 * @param {{ hasTcp?: boolean }} [options] `hasTcp` adds an address of loopback, for a program that knows no Unix sockets
 */
export async function startPostgres(dataDir, { hasTcp = false } = {}) {
  /** @type {typeof import('../../packages/server/src/store/embedded/embedded.ts')} */
  const { startEmbedded } = await import(`${root}packages/server/dist/store/embedded/embedded.js`);
  const door = hasTcp ? createTcpDoor() : null;
  const embedded = await startEmbedded({ dataDir, log: () => {}, settings: door?.settings ?? {} });
  if (door) await runSql(superuserOf(embedded.url), `alter role banter password '${door.tcp.password}'`);
  return {
    url: embedded.url,
    pid: embedded.pid,
    /** @type {TcpDoor | null} */
    tcp: door?.tcp ?? null,
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
      door?.remove();
      // As root the cluster may be elsewhere, and the data folder then links to it.
      rmSync(realpathSync(embedded.location), { recursive: true, force: true });
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * Runs one statement, or several without values.
 * @param {string} url
 * @param {string} sql
 * @param {unknown[]} [values]
 * @returns {Promise<Record<string, unknown>[]>} the rows of one statement
 */
export async function runSql(url, sql, values) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows = [] } = await client.query(sql, values);
    return rows;
  } finally {
    await client.end();
  }
}

/**
 * Chooses an address of loopback that no other PostgreSQL uses, and writes who may connect.
 */
function createTcpDoor() {
  const host = `127.${[1, 2, 3].map(() => randomInt(1, 255)).join('.')}`;
  const folder = mkdtempSync(join(tmpdir(), 'banter-bench-'));
  const file = join(folder, 'pg_hba.conf');
  writeFileSync(file, 'local all all trust\nhost all banter 127.0.0.0/8 scram-sha-256\n');
  // The account of PostgreSQL may be another.
  chmodSync(folder, 0o755);
  return {
    tcp: { host, port: PORT, password: randomBytes(16).toString('hex') },
    settings: { listen_addresses: host, hba_file: file },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** @param {string} address of a database of banter */
function superuserOf(address) {
  const url = new URL(address);
  url.username = 'postgres';
  url.pathname = '/postgres';
  return url.href;
}
