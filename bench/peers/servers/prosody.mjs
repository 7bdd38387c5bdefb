// prosody: a room whose messages are archived in PostgreSQL, one after the other.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startServer } from '../../servers/process.mjs';
import { ACCOUNTS, accountName, DOMAIN, PASSWORD, ROOMS_DOMAIN, xmppClients } from './xmpp.mjs';

const PROGRAM = '/usr/bin/prosody';
/** The largest page of the archive that a client may ask for. */
const PAGE_MAX = 1_000;

/** @type {import('./peers.mjs').Peer} */
export const prosody = {
  name: 'prosody MUC + MAM',
  stores: 'PostgreSQL, one after the other',
  usesPostgres: true,
  program: PROGRAM,
  packages: ['prosody', 'lua-dbi-postgresql'],
  hasArchive: true,
  echoes: true,
  opensAtOnce: 32,
  async start({ dir, createDatabase }) {
    await writeAccounts(join(dir, DOMAIN, 'accounts'));
    const database = await createDatabase();
    const port = await freePort();
    const config = join(dir, 'prosody.cfg.lua');
    await writeFile(config, configuration(port, dir, new URL(database)));
    const { pid, stop } = await startServer(() => [PROGRAM, '-F', '--config', config], {}, null, port);
    const { read, ...clients } = xmppClients({ port, path: '/xmpp-websocket' });
    return {
      ...{ port, pid, stop, ...clients },
      catchUp: async (count, events) => read(count, [{ max: events, before: '' }]),
    };
  },
};

/** @param {string} folder */
async function writeAccounts(folder) {
  await mkdir(folder, { recursive: true });
  const account = `return { ["password"] = "${PASSWORD}" };\n`;
  for (let index = 0; index < ACCOUNTS; index += 1)
    await writeFile(join(folder, `${accountName(index)}.dat`), account);
}

/**
 * With the default of its garbage collector, a delivery costs twice as much. Presences are not broadcast, because 500
 * people who enter one room would cause 125,000 of them.
 * @param {number} port
 * @param {string} dir
 * @param {URL} database
 */
function configuration(port, dir, database) {
  const socketDir = decodeURIComponent(database.hostname);
  return `
gc = { mode = "incremental", threshold = 200, speed = 500 }
network_backend = "epoll"
run_as_root = true
data_path = "${dir}"
pidfile = "${join(dir, 'prosody.pid')}"
log = { warn = "${join(dir, 'prosody.log')}" }
modules_enabled = { "roster", "saslauth", "disco", "ping", "websocket" }
modules_disabled = { "s2s" }
c2s_ports = {} c2s_direct_tls_ports = {} s2s_ports = {} legacy_ssl_ports = {} https_ports = {}
http_ports = { ${port} } http_interfaces = { "127.0.0.1" }
http_default_host = "${DOMAIN}"
consider_websocket_secure = true
cross_domain_websocket = true
authentication = "internal_plain"
storage = { muc_log = "sql" }
sql = {
  driver = "PostgreSQL", database = "${database.pathname.slice(1)}", username = "${database.username}",
  password = "", host = "${socketDir}", port = ${database.port || 5432}
}
VirtualHost "${DOMAIN}"
Component "${ROOMS_DOMAIN}" "muc"
  modules_enabled = { "muc_mam" }
  muc_log_by_default = true
  max_archive_query_results = ${PAGE_MAX}
  restrict_room_creation = false
  muc_room_locking = false
  muc_room_default_persistent = true
  muc_room_default_presence_broadcast = { visitor = false, participant = false, moderator = false }
`;
}
