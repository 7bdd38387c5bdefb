/** Whether a PostgreSQL server can carry the store: what would make a promise untrue is refused at the start, by name. */
import pg from 'pg';
import { withSessionSettings } from './session-settings.ts';

/** The oldest PostgreSQL whose SQL the store is written in, as server_version_num counts. */
const OLDEST_VERSION = 150_000;
const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 10_000;

/**
 * Connects once, as the store does, and looks at the version and at the settings that durability hangs on.
 * @param subject what is checked, as an error begins: `DATABASE_URL: PostgreSQL at …`
 * @throws Error with all that is wrong and what to do; never with the password of the address.
 */
export async function checkServer(url: string, subject = describeOwn(url)): Promise<void> {
  const client = await connect(url, subject);
  try {
    // Alone: the other settings are looked at only where they are sure to exist.
    const version = await client.query<Version>('SHOW server_version_num');
    if (Number(version.rows[0]?.server_version_num) < OLDEST_VERSION)
      throw new Error(`${subject} is older than PostgreSQL 15: upgrade it, or use another one`);
    const { rows } = await client.query<ServerFacts>(FACTS);
    const problems = rows.flatMap(problemsOf);
    if (problems.length > 0) throw new Error(`${subject} ${problems.join('; and it ')}`);
  } finally {
    await client.end();
  }
}

/** What is looked at, each as PostgreSQL says it. */
export type ServerFacts = {
  fsync: string;
  full_page_writes: string;
  /** As a session of ours has it. */
  synchronous_commit: string;
  server_encoding: string;
  is_standby: boolean;
  transaction_read_only: string;
  /** Whether the extension for parts of words is there or can be made: `yes`, `missing` or `forbidden`. */
  pg_trgm: string;
};

/** What is wrong with a server and what to do, each to be read behind its name; nothing for one that can carry the store. */
export function problemsOf(facts: ServerFacts): string[] {
  // A standby is read-only as well: one line is enough.
  if (facts.is_standby) return [STANDBY];
  return REFUSALS.filter(({ name, accepts }) => facts[name] !== accepts).map(
    ({ name, why }) => `has ${name}=${facts[name]}: ${why}`,
  );
}

/** A server's address for people, without account and password. */
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
  'is a standby, which takes no writes: point to the primary, or start again when this one has been promoted';

const REFUSALS: Array<{ name: Exclude<keyof ServerFacts, 'is_standby'>; accepts: string; why: string }> = [
  {
    name: 'fsync',
    accepts: 'on',
    why: 'a crash could lose messages that were acknowledged. Run ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf()',
  },
  {
    name: 'full_page_writes',
    accepts: 'on',
    why: 'a crash could damage what is stored. Run ALTER SYSTEM SET full_page_writes = on; SELECT pg_reload_conf()',
  },
  {
    name: 'synchronous_commit',
    accepts: 'on',
    why:
      'banter asked for synchronous_commit=on when it connected, and something between (a connection pooler?) dropped that. ' +
      'Connect to the server itself, or let the pooler pass the options of the start-up packet',
  },
  {
    name: 'server_encoding',
    accepts: 'UTF8',
    why: "it cannot hold every language's text. Make another database with ENCODING 'UTF8' TEMPLATE template0",
  },
  {
    name: 'transaction_read_only',
    accepts: 'off',
    why: 'nothing could be written. Set default_transaction_read_only = off for the database and the account',
  },
  {
    name: 'pg_trgm',
    accepts: 'yes',
    why:
      'search needs this extension, which comes with PostgreSQL. Where it is missing, install the contrib package ' +
      '(postgresql-contrib); where it is forbidden, let the account own the database, or run CREATE EXTENSION pg_trgm there as superuser',
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
      `${subject} gave no connection (${reason}): check that it runs, and its address, account and database`,
    );
  }
}
