// node bench/servers/naive-server.mjs: the simplest server, as a baseline. It makes one INSERT per message, then one
// `send` per client. It reads PORT and DATABASE_URL.

import { createRequire } from 'node:module';

// It uses banter's libraries, in the same versions.
const require = createRequire(new URL('../../packages/server/package.json', import.meta.url));
/** @type {typeof import('ws')} */
const { WebSocketServer } = require('ws');
/** @type {typeof import('pg')} */
const { Pool } = require('pg');

const INSERT = 'insert into baseline.messages (content) values ($1) returning seq, at';

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
await pool.query(`
  create schema if not exists baseline;
  create table if not exists baseline.messages (
    seq bigint generated always as identity primary key,
    at timestamptz not null default now(),
    content text not null
  )`);

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(process.env.PORT),
  perMessageDeflate: false,
});
server.on('connection', (socket) => {
  socket.on('message', async (data) => {
    const content = data.toString();
    const { rows } = await pool.query(INSERT, [content]);
    const text = JSON.stringify({ type: 'message', ...rows[0], content });
    for (const client of server.clients) client.send(text);
  });
});
