/** Whether a PostgreSQL server of one's own can carry the store. */
import pg from 'pg';

/** The oldest PostgreSQL whose SQL the store is written in, as server_version_num counts. */
const OLDEST_VERSION = 150_000;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Connects once and looks at the version.
 * @throws Error naming DATABASE_URL, what is wrong and what to do; never with the password of the address.
 */
export async function checkServer(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `DATABASE_URL: no connection to ${describeServer(url)} (${reason}): check that it runs, and its address, account and database`,
    );
  }
  try {
    const { rows } = await client.query<Version>('SHOW server_version_num');
    if (Number(rows[0]?.server_version_num) >= OLDEST_VERSION) return;
  } finally {
    await client.end();
  }
  throw new Error(
    `DATABASE_URL: ${describeServer(url)} is older than PostgreSQL 15: upgrade it, or use another one`,
  );
}

/** A server's address for people, without account and password. */
export function describeServer(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  const host = hostname === '' ? 'a local socket' : decodeURIComponent(hostname);
  return `PostgreSQL at ${host}${port === '' ? '' : `:${port}`}${pathname}`;
}

type Version = { server_version_num: string };
