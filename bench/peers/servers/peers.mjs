// The table of the servers that banter is compared with.

import { ejabberd } from './ejabberd.mjs';
import { inspircd } from './inspircd.mjs';
import { jetstream } from './jetstream.mjs';
import { prosody } from './prosody.mjs';
import { redis } from './redis.mjs';
import { socketIo } from './socket-io.mjs';

/** @typedef {import('../load/plan.mjs').Client} Client */

/**
 * @typedef {object} Peer
 * @property {string} name
 * @property {string} stores a phrase for the table
 * @property {boolean} [usesPostgres] whether the processor time of PostgreSQL is part of its cost
 * @property {boolean} [hasArchive] whether a client can fetch the newest messages
 * @property {string} program a file that exists once the peer is installed
 * @property {string[]} [packages] of Debian
 * @property {{ manifest: string, into: string }} [npm] the folder of a package-lock.json, and a folder for its packages
 * @property {boolean} echoes whether a sender gets its own messages
 * @property {number} opensAtOnce the number of clients that open at the same time
 * @property {(place: Place) => Promise<PeerServer>} start
 */

/**
 * @typedef {object} Place a peer's surroundings, new for each start
 * @property {string} dir an empty folder on a real disk
 * @property {() => Promise<string>} createDatabase creates an empty database and returns its URL
 * @property {string} mainDatabase banter's own
 * @property {import('../../servers/postgres.mjs').TcpDoor} tcp a way to the databases for a program that knows no Unix sockets
 */

/**
 * @typedef {object} PeerServer a running server
 * @property {number} port
 * @property {number} pid
 * @property {() => Promise<void>} stop
 * @property {(count: number) => Promise<Client[]>} join returns clients that share one room and may send
 * @property {(count: number, perRoom: number) => Promise<Client[]>} idle returns clients in many rooms
 * @property {(count: number, events: number) => Promise<Client[]>} [catchUp] returns clients that fetch the newest
 *   events of the room of `join` while they sign in
 */

/** All peers, in the order of the page. @type {Peer[]} */
export const PEERS = [redis, jetstream, inspircd, socketIo, ejabberd, prosody];
