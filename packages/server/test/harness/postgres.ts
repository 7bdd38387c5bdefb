/** Creates and drops databases on the test server. */
import pg from 'pg';
import { until } from './wait.ts';

const INSUFFICIENT_PRIVILEGE = '42501';

/** Returns the address of another database on the server of `serverUrl`. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Creates a database, as a copy of `template` if given. */
export async function createDatabase(serverUrl: string, name: string, template?: string): Promise<void> {
  await onServer(serverUrl, `create database ${name}${template ? ` template ${template}` : ''}`);
}

/** Drops a database, and disconnects its clients. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  const sql = `drop database if exists ${name} with (force)`;
  // Only the superuser may end an autovacuum worker, but it ends by itself.
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
