// node deploy/wait-for-database.mjs: exits with 0 as soon as DATABASE_URL answers a query, with 1 after a minute.

import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** PostgreSQL's first start in a container takes a few seconds. A longer wait means that something is wrong. */
const WAIT_MS = 60_000;
const PAUSE_MS = 500;
const CONNECT_TIMEOUT_MS = 5_000;

const file = process.env.DATABASE_URL_FILE;
const url = process.env.DATABASE_URL || (file ? readFileSync(file, 'utf8').trim() : '');

const startedMs = performance.now();
let problem = await problemWith(url);
while (problem !== undefined && performance.now() - startedMs < WAIT_MS) {
  await pause(PAUSE_MS);
  problem = await problemWith(url);
}
if (problem !== undefined) {
  process.stderr.write(
    `The database at DATABASE_URL did not answer within ${WAIT_MS / 1000} s: ${problem}\n` +
      'Check DATABASE_URL, and that PostgreSQL is running and reachable from here.\n',
  );
  process.exitCode = 1;
}

/**
 * Sends one query to the database.
 * @param {string} connectionString
 * @returns {Promise<string | undefined>} why it failed, without the URL, which may hold a password
 */
async function problemWith(connectionString) {
  /** @type {pg.Client | undefined} */
  let client;
  try {
    client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    client.on('error', () => {});
    await client.connect();
    await client.query('select 1');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message || error.name : String(error);
  } finally {
    await client?.end().catch(() => {});
  }
}
