// node bench/peers/socket-io/server.mjs: socket.io with one INSERT for each message. The broadcast waits for its commit.
// It reads PORT, DATABASE_URL, and PACKAGES: the folder where socket.io is installed.

import { createServer } from 'node:http';
import { createRequire } from 'node:module';

/** @typedef {{ on(event: string, listener: (...values: never[]) => void): void, join(room: string): Promise<void> }} Socket */
/** @typedef {{ on(event: 'connection', listener: (socket: Socket) => void): void, to(room: string): { emit(event: string, message: object): void } }} SocketServer */

// Only a run with the peers installs this package, so its own types may be missing.
/** @type {{ Server: new (http: import('node:http').Server, options: object) => SocketServer }} */
const { Server } = createRequire(`${process.env.PACKAGES}/`)('socket.io');
const require = createRequire(new URL('../../../packages/server/package.json', import.meta.url));
/** @type {typeof import('pg')} */
const { Pool } = require('pg');

const INSERT = {
  name: 'insert',
  text: 'insert into messages (room, author, content) values ($1, $2, $3) returning seq, at',
};
const HOUR_MS = 3_600_000;

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
await pool.query(`
  create table messages (
    seq bigint generated always as identity primary key,
    room text not null,
    author bigint not null,
    at timestamptz not null default now(),
    content text not null
  )`);

const http = createServer();
// The load generator answers no heartbeats.
const server = new Server(http, { serveClient: false, transports: ['websocket'], pingInterval: HOUR_MS });
server.on('connection', (socket) => {
  let joined = '';
  socket.on('join', async (/** @type {string} */ room, /** @type {() => void} */ done) => {
    joined = room;
    await socket.join(room);
    done();
  });
  socket.on('message', async (/** @type {string} */ content) => {
    const { rows } = await pool.query({ ...INSERT, values: [joined, 1, content] });
    server.to(joined).emit('message', { room: joined, author: 1, ...rows[0], content });
  });
});
http.listen(Number(process.env.PORT), '127.0.0.1');
