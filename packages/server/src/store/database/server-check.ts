/** Checks at the start that a PostgreSQL server can keep the store's promises. */
import pg from 'pg';
import { withSessionSettings } from './session-settings.ts';

/** The oldest PostgreSQL that runs the store's SQL, as server_version_num counts. */
const OLDEST_VERSION = 150_000;
const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 10_000;

/**
 * Connects once, as the store does, and checks the version and the settings that durability depends on.
 * @param subject how an error names the server: `DATABASE_URL: PostgreSQL at …`
 * @throws Error with everything that is wrong and what to do. It never contains the password of the address.
 */
export async function checkServer(url: string, subject = describeOwn(url)): Promise<void> {
  const client = await connect(url, subject);
  try {
    // The version comes first: an older server may not have the other settings.
    const version = await client.query<Version>('SHOW server_version_num');
    if (Number(version.rows[0]?.server_version_num) < OLDEST_VERSION)
      throw new Error(`${subject} is older than PostgreSQL 15: upgrade it, or use another server`);
    const { rows } = await client.query<ServerFacts>(FACTS);
    const problems = rows.flatMap(problemsOf);
    if (problems.length > 0) throw new Error(`${subject} ${problems.join('; and it ')}`);
  } finally {
    await client.end();
  }
}

/** The checked facts, as PostgreSQL reports them. */
export type ServerFacts = {
  fsync: string;
  full_page_writes: string;
  /** The value in one of our own sessions. */
  synchronous_commit: string;
  server_encoding: string;
  is_standby: boolean;
  transaction_read_only: string;
  /** Whether the extension that finds parts of words exists or can be created: `yes`, `missing` or `forbidden`. */
  pg_trgm: string;
};

/** Lists what is wrong with a server and what to do, each to follow the server's name; empty for a good server. */
export function problemsOf(facts: ServerFacts): string[] {
  // A standby is read-only too, but one line is enough.
  if (facts.is_standby) return [STANDBY];
  return REQUIREMENTS.filter(({ name, accepts }) => facts[name] !== accepts).map(
    ({ name, why }) => `has ${name}=${facts[name]}: ${why}`,
  );
}

/** Describes a server's address for people, without account and password. */
export function describeServer(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  const host = hostname === '' ? 'a local socket' : decodeURIComponent(hostname);
  return `PostgreSQL at ${host}${port === '' ? '' : `:${port}`}${pathname}`;
}

type Version = { server_version_num: string };

const FACTS = `
  SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
         current_setting('synchronous_commit') AS synchronous_commit,
         current_setting('server_encoding') AS server_encoding, pg_is_in_recovery() AS is_standby,
         current_setting('transaction_read_only') AS transaction_read_only,
         CASE
           WHEN EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN 'yes'
           WHEN NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') THEN 'missing'
           WHEN NOT has_database_privilege(current_database(), 'CREATE') THEN 'forbidden'
           ELSE 'yes'
         END AS pg_trgm`;

const STANDBY =
  'is a standby, which accepts no writes: point to the primary, or start again once this one is promoted';

const REQUIREMENTS: Array<{ name: Exclude<keyof ServerFacts, 'is_standby'>; accepts: string; why: string }> =
  [
    {
      name: 'fsync',
      accepts: 'on',
      why: 'a crash could lose messages that were acknowledged. Run ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf()',
    },
    {
      name: 'full_page_writes',
      accepts: 'on',
      why: 'a crash could corrupt stored data. Run ALTER SYSTEM SET full_page_writes = on; SELECT pg_reload_conf()',
    },
    {
      name: 'synchronous_commit',
      accepts: 'on',
      why:
        'banter asked for synchronous_commit=on when it connected, but something in between (a connection pooler?) dropped that. ' +
        'Connect to the server directly, or let the pooler pass on the options of the start-up packet',
    },
    {
      name: 'server_encoding',
      accepts: 'UTF8',
      why: "it cannot hold text in every language. Create another database with ENCODING 'UTF8' TEMPLATE template0",
    },
    {
      name: 'transaction_read_only',
      accepts: 'off',
      why: 'banter could not write anything. Set default_transaction_read_only = off for the database and the account',
    },
    {
      name: 'pg_trgm',
      accepts: 'yes',
      why:
        'search needs this extension, which comes with PostgreSQL. If it is missing, install the contrib package ' +
        '(postgresql-contrib); if it is forbidden, make the account the owner of the database, or run CREATE EXTENSION pg_trgm as superuser',
    },
  ];

function describeOwn(url: string): string {
  return `DATABASE_URL: ${describeServer(url)}`;
}

async function connect(url: string, subject: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: withSessionSettings(url, STATEMENT_TIMEOUT_MS),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${subject} cannot be reached (${reason}): check that it runs, and check the address, account and database`,
    );
  }
}
