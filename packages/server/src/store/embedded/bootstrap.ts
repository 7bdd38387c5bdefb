/** Creates the role and the database that banter uses, at the first start. */

import pg from 'pg';
import { SUPERUSER } from './cluster.ts';

const NAME = 'banter';
const PORT = 5432;

/** Returns the address of a database on the socket in `socketDir`. */
export function socketUrl(socketDir: string, user: string, database: string): string {
  return `postgres://${user}@${encodeURIComponent(socketDir)}:${PORT}/${database}`;
}

/** Returns the database's address if a PostgreSQL listens in `socketDir`, otherwise null. */
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
 * Makes sure that the database exists and returns its address. Its owner is not PostgreSQL's superuser, but may create
 * databases, because tests do.
 * @throws Error when the server rejects that.
 */
export async function openBanterDatabase(socketDir: string): Promise<string> {
  const client = new pg.Client({ connectionString: socketUrl(socketDir, SUPERUSER, SUPERUSER) });
  // If the connection breaks, the statement under way rejects.
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
