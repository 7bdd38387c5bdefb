/** Databases of the test server: made, addressed, dropped. */

import pg from 'pg';
import { until } from './wait.ts';

const INSUFFICIENT_PRIVILEGE = '42501';

/** The address of another database on the server of `serverUrl`. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Makes a database, as a copy of `template` when there is one. */
export async function createDatabase(serverUrl: string, name: string, template?: string): Promise<void> {
  await onServer(serverUrl, `create database ${name}${template ? ` template ${template}` : ''}`);
}

/** Drops a database, and whoever is still connected to it. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  const sql = `drop database if exists ${name} with (force)`;
  // An autovacuum worker belongs to the superuser: nobody else may end it, but it ends by itself.
  await until(`${name} is dropped`, () =>
    onServer(serverUrl, sql).then(
      () => true,
      (error: { code?: string }) => {
        if (error.code !== INSUFFICIENT_PRIVILEGE) throw error;
        return false;
      },
    ),
  );
}

async function onServer(serverUrl: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
