/** Attacks that ask for much over HTTP and never read the answers. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Room } from '@banter/protocol';
import { PLAIN_MAX } from '../../src/doors/connection-limits.ts';
import { type Person, person } from '../harness/people.ts';
import { type Attack, type Result, type Target, unless } from './attack.ts';

const CONNECTIONS = { short: 5, full: 20 } as const;
const REQUESTS = 300;
/** At full size, longer than a connection may make no progress. */
const WAIT_MS = { short: 500, full: 35_000 } as const;
const PACKETS = { short: 5, full: 80 } as const;
const PACKET_EVERY_MS = { short: 20, full: 125 } as const;
const REQUESTS_IN_PACKET = 2_100;
const CUT_WITHIN_MS = 10_000;
/** Addresses of their own: the server refuses their connections for a while. */
const [FLOODING_ADDRESS, IDLE_ADDRESS] = ['127.0.0.4', '127.0.0.5'];
const IDLE_CONNECTIONS = { short: 100, full: 5_000 } as const;
/** At full size, longer than a request may take to begin. */
const IDLE_WAIT_MS = { short: 50, full: 20_000 } as const;
const MIB = 1024 * 1024;
/** All the answers together would be 30 MiB at short and 600 MiB at full size. */
const GROWTH_MAX_BYTES = { short: 24 * MIB, full: 96 * MIB } as const;
const MESSAGES = { short: 20, full: 200 } as const;
const MESSAGE_CHARS = 4_000;
const BOUND = '`WAITING_MAX_BYTES`, `ANSWERS_NODE_MAX_BYTES`, `ANSWER_STALL_MS`';

const unreadScripts: Attack = {
  name: "20 connections ask for the page's script 300 times and read nothing",
  proves: '[B3] answers that nobody reads take a bounded part of the memory, without an account',
  bound: BOUND,
  async run(target) {
    const page = await (await fetch(target.url)).text();
    const [, script = ''] = /src="([^"]+\.js)"/.exec(page) ?? [];
    return flood(target, `GET ${script} HTTP/1.1\r\nHost: banter\r\n\r\n`);
  },
};

const unreadHistory: Attack = {
  name: '20 connections ask for a long history 300 times and read nothing',
  proves: '[B3] answers that nobody reads take a bounded part of the memory, with an account',
  bound: BOUND,
  async run(target) {
    const attacker = await person(target, target.nextName('reader'));
    const room = await fill(attacker, target);
    const path = `/v1/rooms/${room.id}/messages?limit=200`;
    return flood(
      target,
      `GET ${path} HTTP/1.1\r\nHost: banter\r\nAuthorization: Bearer ${attacker.token}\r\n\r\n`,
    );
  },
};

const tinyRequests: Attack = {
  name: '8 connections a second, each with a packet of 2,100 requests',
  proves: '[B3] a connection with too many requests at once is cut',
  bound: '`WAITING_MAX_BYTES`, `RATE_FLOODS`',
  async run({ url, size }) {
    const packet = 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(REQUESTS_IN_PACKET);
    let cut = 0;
    for (let i = 0; i < PACKETS[size]; i++) {
      const socket = await openUnread(url, FLOODING_ADDRESS);
      const closed = new Promise<true>((resolve) => socket.once('close', () => resolve(true)));
      socket.resume().write(packet);
      await delay(PACKET_EVERY_MS[size]);
      if (await Promise.race([closed, delay(CUT_WITHIN_MS, false)])) cut++;
      socket.destroy();
    }
    return {
      outcome: `${cut} of ${PACKETS[size]} connections cut`,
      broken: unless({ [`all are cut: ${cut}`]: cut === PACKETS[size] }),
    };
  },
};

const idleConnections: Attack = {
  name: '5,000 connections that send nothing',
  proves: '[B4] an address has a limited number of connections',
  bound: '`PLAIN_MAX`, half of the descriptors, and `headersTimeout`',
  async run({ url, size }) {
    const sockets: Socket[] = [];
    for (let i = 0; i < IDLE_CONNECTIONS[size]; i++) sockets.push(await openUnread(url, IDLE_ADDRESS));
    for (const socket of sockets) socket.resume();
    await delay(IDLE_WAIT_MS[size]);
    const open = sockets.filter((socket) => !socket.destroyed).length;
    for (const socket of sockets) socket.destroy();
    return {
      outcome: `${sockets.length - open} of ${sockets.length} closed`,
      broken: unless({
        [`none stays open: ${open}`]: size === 'short' || open === 0,
        [`at most ${PLAIN_MAX} are open: ${open}`]: open <= PLAIN_MAX,
      }),
    };
  },
};

/** All of them. */
export const UNREAD_ANSWERS: readonly Attack[] = [
  unreadScripts,
  unreadHistory,
  tinyRequests,
  idleConnections,
];

async function flood({ url, size, server }: Target, request: string): Promise<Result> {
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS[size] }, () => openUnread(url)));
  const { rssBytes: before } = await server.probe({ gc: true });
  for (const socket of sockets) socket.write(request.repeat(REQUESTS));
  await delay(WAIT_MS[size]);
  const growth = (await server.probe({ gc: true })).rssBytes - before;
  const closed = (await Promise.all(sockets.map(isClosed))).filter(Boolean).length;
  for (const socket of sockets) socket.destroy();
  const maxBytes = GROWTH_MAX_BYTES[size];
  return {
    outcome: `${Math.round(growth / MIB)} MiB more memory; ${closed} of ${sockets.length} connections closed within ${WAIT_MS[size] / 1_000} s`,
    broken: unless({
      [`memory grows by at most ${maxBytes / MIB} MiB: ${Math.round(growth / MIB)}`]: growth <= maxBytes,
      [`every connection is closed: ${closed} of ${sockets.length}`]:
        size === 'short' || closed === sockets.length,
    }),
  };
}

/** Opens a connection that never reads. */
async function openUnread(url: string, localAddress?: string): Promise<Socket> {
  const { hostname: host, port } = new URL(url);
  const socket = connect({ host, port: Number(port), localAddress }).on('error', () => {});
  await once(socket, 'connect');
  return socket.pause();
}

/** Tells whether the server has closed a connection. One that does not read learns it only when it writes. */
async function isClosed(socket: Socket): Promise<boolean> {
  if (socket.destroyed) return true;
  const closed = new Promise<true>((resolve) => socket.once('close', () => resolve(true)));
  for (let i = 0; i < 2; i++) {
    socket.write('\r\n');
    await delay(50);
  }
  return Promise.race([closed, delay(100, false)]);
}

/** Writes long messages, so that each page of the history is large. */
async function fill(author: Person, { size, nextName }: Target): Promise<Room> {
  const room = await author.opens(nextName('pages'));
  const content = 'x'.repeat(MESSAGE_CHARS);
  for (let i = 0; i < MESSAGES[size]; i++) await author.posts(room, `${i} ${content}`);
  return room;
}
