/** The account and the database that banter itself uses, made at the first start. */

import pg from 'pg';
import { SUPERUSER } from './cluster.ts';

const NAME = 'banter';
const PORT = 5432;

/** The address of a database on the socket in `socketDir`. */
export function socketUrl(socketDir: string, user: string, database: string): string {
  return `postgres://${user}@${encodeURIComponent(socketDir)}:${PORT}/${database}`;
}

/** The address of the database where a PostgreSQL listens in `socketDir`; null where none does. */
export async function findBanterDatabase(socketDir: string): Promise<string | null> {
  const url = socketUrl(socketDir, NAME, NAME);
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.end();
    return url;
  } catch {
    return null;
  }
}

/**
 * Makes sure that the database exists, with an owner that is not PostgreSQL's superuser, and gives its address.
 * It may create databases, which tests do.
 * @throws Error when the server refuses.
 */
export async function openBanterDatabase(socketDir: string): Promise<string> {
  const client = new pg.Client({ connectionString: socketUrl(socketDir, SUPERUSER, SUPERUSER) });
  // A connection that breaks is told by the statement that it breaks.
  client.on('error', () => {});
  await client.connect();
  try {
    const roles = await client.query('select 1 from pg_roles where rolname = $1', [NAME]);
    if (roles.rowCount === 0) await client.query(`create role ${NAME} login createdb`);
    const databases = await client.query('select 1 from pg_database where datname = $1', [NAME]);
    if (databases.rowCount === 0) await client.query(`create database ${NAME} owner ${NAME}`);
  } finally {
    await client.end();
  }
  return socketUrl(socketDir, NAME, NAME);
}
