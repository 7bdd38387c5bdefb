// ejabberd: a room whose messages are archived in PostgreSQL, one after the other.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runSql } from '../../servers/postgres.mjs';
import { freePort, startServer } from '../../servers/process.mjs';
import { ACCOUNTS, DOMAIN, PASSWORD, ROOM, ROOMS_DOMAIN, xmppClients } from './xmpp.mjs';

/** The folder of Debian's own libraries for Erlang. */
const LIBRARIES = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
const SCHEMA = '/usr/share/ejabberd/sql/pg.sql';
const ACCOUNTS_SQL = `insert into users (username, password) select 'u' || lpad(n::text, 5, '0'), $1 from generate_series(0, $2::integer - 1) n`;
/** The server gives at most this many entries of the archive at once. */
const PAGE_MAX = 250;

/** @type {import('./peers.mjs').Peer} */
export const ejabberd = {
  name: 'ejabberd MUC + MAM',
  stores: 'PostgreSQL, one after the other',
  usesPostgres: true,
  program: '/usr/sbin/ejabberdctl',
  packages: ['ejabberd', 'erlang-p1-pgsql'],
  hasArchive: true,
  echoes: true,
  opensAtOnce: 32,
  async start({ dir, createDatabase, tcp }) {
    const database = await createDatabase();
    await runSql(database, await readFile(SCHEMA, 'utf8'));
    await runSql(database, ACCOUNTS_SQL, [PASSWORD, ACCOUNTS]);
    const port = await freePort();
    const config = join(dir, 'ejabberd.yml');
    await writeFile(config, configuration(port, new URL(database), tcp));
    const { pid, stop } = await startServer(
      () => commandLine(dir, config),
      environment(dir, config),
      null,
      port,
    );
    const { read, ...clients } = xmppClients({ port, path: '/ws' });
    return {
      ...{ port, pid, stop, ...clients },
      catchUp: async (count, events) => read(count, await pagesOf(database, events)),
    };
  },
};

/**
 * Finds the beginning of each page, which a client would learn from the page before. An entry's id is its timestamp.
 * @param {string} database
 * @param {number} events
 */
async function pagesOf(database, events) {
  const sql = 'select timestamp from archive where username = $1 order by timestamp desc limit $2';
  const newest = await runSql(database, sql, [`${ROOM}@${ROOMS_DOMAIN}`, events]);
  return Array.from({ length: Math.ceil(events / PAGE_MAX) }, (_, page) => ({
    max: PAGE_MAX,
    before: page === 0 ? '' : String(newest[page * PAGE_MAX - 1]?.timestamp),
  }));
}

/**
 * Without a node name, Erlang opens no port of its own.
 * @param {string} dir
 * @param {string} config
 */
function commandLine(dir, config) {
  return [
    ...['erl', '+K', 'true', '+P', '1000000', '-noinput', '-mnesia', 'dir', `"${join(dir, 'mnesia')}"`],
    ...['-ejabberd', 'config', `"${config}"`, 'log_path', `"${join(dir, 'ejabberd.log')}"`, '-s', 'ejabberd'],
  ];
}

/**
 * @param {string} dir
 * @param {string} config
 */
function environment(dir, config) {
  return {
    ERL_LIBS: LIBRARIES,
    ERL_MAX_PORTS: '100000',
    ERL_CRASH_DUMP: join(dir, 'crash.dump'),
    EJABBERD_CONFIG_PATH: config,
    EJABBERD_LOG_PATH: join(dir, 'ejabberd.log'),
  };
}

/**
 * Presences are not broadcast, because 500 people who enter one room would cause 125,000 of them.
 * @param {number} port
 * @param {URL} database
 * @param {import('../../servers/postgres.mjs').TcpDoor} tcp this version knows no Unix sockets for PostgreSQL
 */
function configuration(port, database, tcp) {
  return `
hosts: [${DOMAIN}]
loglevel: warning
auth_method: sql
sql_type: pgsql
sql_server: "${tcp.host}"
sql_port: ${tcp.port}
sql_database: "${database.pathname.slice(1)}"
sql_username: "${database.username}"
sql_password: "${tcp.password}"
sql_pool_size: 10
listen:
  - {port: ${port}, ip: "127.0.0.1", backlog: 4096, module: ejabberd_http, request_handlers: {/ws: ejabberd_http_ws}}
shaper: {}
shaper_rules: {max_user_sessions: infinity, c2s_shaper: none}
access_rules: {everyone: {allow: all}}
modules:
  mod_disco: {}
  mod_muc:
    host: ${ROOMS_DOMAIN}
    access: everyone
    access_create: everyone
    max_users: 20000
    max_user_conferences: 20000
    min_message_interval: 0
    min_presence_interval: 0
    history_size: 0
    default_room_options: {mam: true, persistent: true, public: true, max_users: 20000, presence_broadcast: []}
  mod_mam: {db_type: sql, default: always, assume_mam_usage: true}
`;
}
