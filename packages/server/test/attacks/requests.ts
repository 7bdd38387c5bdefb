/** Attacks by requests that no well-meant client sends. */

import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from '../harness/http.ts';
import { person } from '../harness/people.ts';
import { openTcp } from '../harness/raw-socket.ts';
import { type Attack, type Target, unless } from './attack.ts';

const SLOW_CONNECTIONS = { short: 50, full: 1_000 } as const;
/** At full size, longer than a request may take to arrive. */
const SLOW_WAIT_MS = { short: 200, full: 70_000 } as const;
const DRIP_MS = 5_000;
const SERVER_FAULT = 500;
const ANSWER_WAIT_MS = 1_000;

const HOST = 'Host: banter\r\n';
const JSON_TYPE = 'Content-Type: application/json\r\n';
const SECOND = 'GET /v1/ready HTTP/1.1\r\nHost: banter\r\n\r\n';

/** Requests that two readers could understand differently (RFC 9112 section 11.2). None may be answered with 2xx. */
const AMBIGUOUS: Record<string, string> = {
  'two Host headers': `GET /v1/health HTTP/1.1\r\n${HOST}Host: other\r\n\r\n`,
  'no Host header': 'GET /v1/health HTTP/1.1\r\n\r\n',
  'two lengths': `POST /v1/auth/login HTTP/1.1\r\n${HOST}${JSON_TYPE}Content-Length: 2\r\nContent-Length: 60\r\n\r\n{}${SECOND}`,
  'a length and chunks': `POST /v1/auth/login HTTP/1.1\r\n${HOST}${JSON_TYPE}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SECOND}`,
  'chunks that are not last': `POST /v1/auth/login HTTP/1.1\r\n${HOST}${JSON_TYPE}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${SECOND}`,
  'an unknown transfer coding': `POST /v1/auth/login HTTP/1.1\r\n${HOST}${JSON_TYPE}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${SECOND}`,
  'a negative length': `POST /v1/auth/login HTTP/1.1\r\n${HOST}${JSON_TYPE}Content-Length: -1\r\n\r\n{}`,
  'a space before the colon': `POST /v1/auth/login HTTP/1.1\r\n${HOST}${JSON_TYPE}Content-Length : 2\r\n\r\n{}`,
  'a folded header': `GET /v1/health HTTP/1.1\r\n${HOST}X-A: b\r\n c\r\n\r\n`,
  'a chunk size with a sign': `POST /v1/auth/login HTTP/1.1\r\n${HOST}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n`,
};

const ambiguousRequests: Attack = {
  name: 'requests that two servers could understand differently',
  proves: '[L6] an ambiguous request is refused, and nothing after it is taken as a request',
  bound: 'RFC 9112: 400, and the connection is closed',
  async run(target) {
    const wrong: string[] = [];
    for (const [name, bytes] of Object.entries(AMBIGUOUS)) {
      const statuses = statusesIn(await answerTo(target, bytes));
      if (statuses.length !== 1 || statuses[0] !== 400)
        wrong.push(`${name}: ${statuses.join(', ') || 'none'}`);
    }
    const count = Object.keys(AMBIGUOUS).length;
    return {
      outcome: `${count - wrong.length} of ${count} refused`,
      broken: unless({ [`each is answered once, with 400: ${wrong.join('; ')}`]: wrong.length === 0 }),
    };
  },
};

const OUTSIDE = [
  '/../package.json',
  '/assets/../../package.json',
  '/assets/..%2f..%2fpackage.json',
  '/assets/%2e%2e/%2e%2e/package.json',
  '/assets/..\\..\\package.json',
  '/assets/%5c..%5c..%5cpackage.json',
  '//etc/passwd',
  '/assets//etc/passwd',
  '/assets/%00',
  '/assets/main.js%00.html',
  '/.env',
  '/assets/.',
];

const traversal: Attack = {
  name: "paths that lead out of the page's folder",
  proves: "no path reads a file outside the page's folder",
  bound: 'a fixed list of files, read at the start',
  async run(target) {
    const read: string[] = [];
    for (const path of OUTSIDE) {
      const answer = await answerTo(target, `GET ${path} HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`);
      if (/"workspaces"|root:|DATABASE_URL/.test(answer) || statusesIn(answer)[0] === SERVER_FAULT)
        read.push(path);
    }
    return {
      outcome: `${OUTSIDE.length - read.length} of ${OUTSIDE.length} refused`,
      broken: unless({ [`nothing outside is read: ${read}`]: read.length === 0 }),
    };
  },
};

const slowRequests: Attack = {
  name: '1,000 connections whose requests arrive a byte at a time',
  proves: 'connections whose requests never end delay nobody and are closed',
  bound: 'a head has 10 s, a request 30 s',
  async run(target) {
    const head = `GET /v1/health HTTP/1.1\r\n${HOST}`;
    const sockets = await Promise.all(
      Array.from({ length: SLOW_CONNECTIONS[target.size] }, () => openTcp(target)),
    );
    let ended = 0;
    for (const socket of sockets) {
      socket.on('end', () => ended++).resume();
      socket.write(head);
    }
    const drip = setInterval(() => {
      for (const socket of sockets) if (socket.writable) socket.write('X');
    }, DRIP_MS);
    await delay(SLOW_WAIT_MS[target.size]);
    clearInterval(drip);
    for (const socket of sockets) socket.destroy();
    return {
      outcome: `${ended} of ${sockets.length} closed within ${SLOW_WAIT_MS[target.size] / 1_000} s`,
      broken: unless({ 'all are closed': target.size === 'short' || ended === sockets.length }),
    };
  },
};

/** Values in the place of an id. */
const IDS = [
  '0',
  '-1',
  '1e3',
  '01',
  '1.5',
  '9007199254740993',
  '99999999999999999999',
  'NaN',
  '%00',
  '%ff',
  "1'--",
  '1;DROP TABLE rooms',
  '$1',
  '__proto__',
  'constructor',
  '..',
  '%2e%2e',
  '１',
  '{}',
  '[]',
  ' 1',
  '1%20',
  '%0d%0aX: y',
  'x'.repeat(3_000),
];
const PATHS_WITH_ID = [
  '/v1/rooms/ID',
  '/v1/rooms/ID/messages',
  '/v1/users/ID',
  '/v1/invitations/ID',
  '/v1/tokens/ID',
];
/** Bodies in the place of JSON. */
const BODIES = [
  '',
  '{',
  'null',
  '[]',
  '"x"',
  '1e999',
  '{"name":1}',
  '{"name":null}',
  '{"name":{"$gt":""}}',
  '{"__proto__":{"admin":true},"name":"x y"}',
  '{"constructor":{"prototype":{}}}',
  '{"name":"a\\u0000b"}',
  '{"name":"\\ud800"}',
  `${'['.repeat(20_000)}`,
  `{"name":"${'x'.repeat(50_000)}"}`,
];

const hostileValues: Attack = {
  name: 'hostile ids, bodies and queries',
  proves: 'no id, body or query makes the server answer with a fault of its own',
  bound: 'one schema for each call',
  async run(target) {
    const { token } = await person(target, target.nextName('bender'));
    const faults: string[] = [];
    let tries = 0;
    const judge = (what: string, { status }: { status: number }) => {
      tries++;
      if (status >= SERVER_FAULT) faults.push(`${what}: ${status}`);
    };
    for (const path of PATHS_WITH_ID)
      for (const id of IDS) judge(`${path} ${id}`, await tryAsk(target, path.replace('ID', id), token));
    for (const body of BODIES) {
      const headers = { 'content-type': 'application/json' };
      judge(body, await ask(target, 'POST', '/v1/rooms', { token, body, headers }));
    }
    for (const id of IDS.slice(0, 20))
      judge(`cursor ${id}`, await tryAsk(target, `/v1/search?q=x&cursor=${id}&limit=${id}`, token));
    return {
      outcome: `${tries - faults.length} of ${tries} refused or answered`,
      broken: unless({ [`no answer is a fault of the server: ${faults.slice(0, 5)}`]: faults.length === 0 }),
    };
  },
};

/** All of them. */
export const REQUESTS: readonly Attack[] = [ambiguousRequests, traversal, slowRequests, hostileValues];

/** Sends a GET request. @returns its status; 0 if the path cannot be in a URL. */
async function tryAsk(target: Target, path: string, token: string): Promise<{ status: number }> {
  return ask(target, 'GET', path, { token }).catch(() => ({ status: 0 }));
}

/** Sends bytes on a new connection. @returns everything that comes back within a second, or until it ends. */
async function answerTo(target: Target, bytes: string): Promise<string> {
  const tcp: Socket = await openTcp(target);
  let answer = '';
  const ended = new Promise<void>((resolve) => {
    tcp.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
    });
    tcp.on('end', resolve).on('close', () => resolve());
  });
  tcp.write(bytes);
  await Promise.race([ended, delay(ANSWER_WAIT_MS)]);
  tcp.destroy();
  return answer;
}

function statusesIn(answer: string): number[] {
  return [...answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map((match) => Number(match[1]));
}
