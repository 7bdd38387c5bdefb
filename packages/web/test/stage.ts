/**
 * A scripted server for pictures: the built page and its real client, with a cast, a day and a clock of our own.
 * Tests never use it: they talk to the real server.
 */
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Member, Message, Room } from '@banter/protocol';
import { CLIENT_LIMITS } from '@banter/protocol';
import type { Page, Route, WebSocketRoute } from 'playwright-core';

/** A name that cannot exist outside; the browser never asks the network for it. */
const HOST = 'chat.example.net';
const DIST = new URL('../dist/', import.meta.url);
/** As strict as the real server's. */
const CSP = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

const NOW = new Date(2026, 10, 20, 14, 7);
const SELF = { id: 1, username: 'juno' };
/** The room that is open. */
export const ROOM_ID = 3;

type Line = [time: string, who: string, text: string];

const YESTERDAY: Line[] = [
  [
    '16:58',
    'okafor',
    'Reminder: the harbour wall is closed to visitors until the new railing is in. The tide gauge cabinet there can wait.',
  ],
  ['17:02', 'priya', 'Thanks. Then I swap the batteries on Monday instead.'],
  ['17:20', 'priya', 'Firmware 2.8.1 is on the last three masts. No resets in 26 hours.'],
  ['17:31', 'edda', 'Anemometer 12 reads 3 m/s low again. I think it is the bearing.'],
  ['17:33', 'bartholomew_k', 'Take the boat on Saturday, I will bring the spare cup set.'],
];
const TODAY: Line[] = [
  [
    '13:41',
    'mira',
    'Overnight run is in. 46 of 47 stations reported every slot; Skerry missed four between 02:10 and 02:50, same as last Thursday.',
  ],
  [
    '13:42',
    'tomasz',
    'That is the tide, not the firmware. At springs the mast base goes under and the ridge shadows the link.',
  ],
  [
    '13:42',
    'ines',
    'can we mark those slots shadowed instead of lost? the monthly report counts them against us',
  ],
  ['13:42', 'ines', 'and the dashboard turns red, and then somebody phones me'],
  [
    '13:47',
    'tomasz',
    'The parser already knows. It drops the flag two lines later:\n\n  if (slot.rssi === null) {\n    return { ...slot, state: "lost" };\n  }',
  ],
  ['13:49', 'juno', "I'll take it. Keep lost for the radio, add shadowed beside it, migrate nothing."],
  ['13:52', 'odile', '+1. Background: https://wiki.example.net/skerry/radio-path'],
  ['13:58', 'mira', 'juno: does the shadow window come from the almanac, or does the station decide?'],
  ['13:58', 'ines', 'almanac'],
  ['14:01', 'okafor', 'Almanac, please. A station that is under water should not be asked for its opinion.'],
  ['14:03', 'bartholomew_k', 'Two offsets per site are enough. I measured nine of them with a stick.'],
  ['14:04', 'tomasz', 'The stick is the reference implementation.'],
];
const HERE = ['bartholomew_k', 'edda', 'ines', 'juno', 'mira', 'odile', 'okafor', 'priya', 'tomasz'];
const AWAY = ['anselm', 'greta', 'hal', 'noor', 'sverre'];

const ROOMS: Room[] = [
  room(1, 'lobby'),
  room(2, 'firmware', { unread: 12 }),
  room(ROOM_ID, 'stations', {
    unread: 5,
    mentions: 1,
    topic: '47 stations, 46 reporting — weekly sync Thu 15:00 UTC — calibration notes are pinned',
  }),
  room(4, 'on-call', { unread: 1, mentions: 1 }),
  room(5, 'tides', { unread: 3 }),
  room(6, 'field-trips'),
  room(7, 'offtopic'),
];

export type Stage = {
  /** The address to open. */
  url: string;
  /** Cuts the line; from then on nobody answers a new one. */
  cut(): void;
  /** An event from the server. */
  push(event: object): void;
};

/** Puts `page` on the stage. `isSignedIn` decides which screen it opens with. */
export async function setStage(page: Page, isSignedIn: boolean): Promise<Stage> {
  let line: WebSocketRoute | null = null;
  let isCut = false;
  await page.clock.install({ time: NOW });
  await page.addInitScript((roomId) => localStorage.setItem('banter.room', String(roomId)), ROOM_ID);
  await page.route(`http://${HOST}/**`, (route) => answer(route, isSignedIn));
  await page.routeWebSocket(`ws://${HOST}/**`, (socket) => {
    if (isCut) return void socket.close();
    line = socket;
    socket.onMessage((text) => hear(socket, JSON.parse(String(text))));
  });
  return {
    url: `http://${HOST}/`,
    cut() {
      isCut = true;
      void line?.close({ code: 1006 });
    },
    push: (event) => line?.send(JSON.stringify(event)),
  };
}

const MESSAGES: Message[] = [
  ...YESTERDAY.map((line, index) => message(line, index + 1, 19)),
  ...TODAY.map((line, index) => message(line, YESTERDAY.length + index + 1, 20)),
];

/** Only `hello` is answered: what is sent afterwards stays on its way. */
function hear(socket: WebSocketRoute, command: { op: string }): void {
  if (command.op !== 'hello') return;
  const rooms = ROOMS.map(({ id, name, kind, topic, head }) => ({
    roomId: id,
    name,
    kind,
    topic,
    role: 'member',
    head,
  }));
  const welcome = {
    type: 'welcome',
    user: SELF,
    sessionId: 1,
    epoch: 'stage',
    heartbeatMs: 25_000,
    limits: CLIENT_LIMITS,
    rooms,
  };
  const live = ROOMS.map((each) => ({ type: 'live', roomId: each.id, head: each.head }));
  socket.send([welcome, ...live].map((event) => JSON.stringify(event)).join('\n'));
}

async function answer(route: Route, isSignedIn: boolean): Promise<void> {
  const { pathname } = new URL(route.request().url());
  if (!pathname.startsWith('/v1/')) return serveFile(route, pathname);
  const body = bodyFor(pathname, isSignedIn);
  if (body === null)
    return route.fulfill({
      status: 401,
      json: { code: 'unauthenticated', detail: 'Wrong name or password.' },
    });
  return route.fulfill({ json: body });
}

function bodyFor(path: string, isSignedIn: boolean): unknown {
  if (path === '/v1/server')
    return { name: HOST, registration: 'open', firstAccount: false, online: HERE.length };
  if (path === '/v1/health') return { status: 'ok' };
  if (!isSignedIn) return null;
  if (path === '/v1/auth/refresh') return { user: SELF, accessToken: 'stage', expiresIn: 600 };
  if (path === '/v1/rooms') return { rooms: ROOMS };
  if (path.endsWith('/members')) return { members: members() };
  if (path.endsWith('/messages')) return { messages: MESSAGES, hasMore: false };
  return ROOMS.find((each) => path === `/v1/rooms/${each.id}`) ?? null;
}

async function serveFile(route: Route, path: string): Promise<void> {
  const name = path === '/' ? 'index.html' : path.slice(1);
  const body = await readFile(new URL(name, DIST));
  const headers = {
    'content-security-policy': CSP,
    'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
  };
  return route.fulfill({ body, headers });
}

function members(): Member[] {
  const member = (username: string, state: Member['state']): Member => ({
    userId: userId(username),
    username,
    role: 'member',
    state,
  });
  return [...HERE.map((name) => member(name, 'online')), ...AWAY.map((name) => member(name, 'offline'))];
}

function room(id: number, name: string, more: Partial<Room> = {}): Room {
  const base = {
    id,
    name,
    kind: 'open',
    topic: '',
    joined: true,
    role: 'member',
    unread: 0,
    mentions: 0,
  } as const;
  return { ...base, head: 100, members: HERE.length + AWAY.length, createdAt: NOW.toISOString(), ...more };
}

function message([time, username, content]: Line, seq: number, day: number): Message {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const at = new Date(2026, 10, day, hour, minute).toISOString();
  return { roomId: ROOM_ID, seq, userId: userId(username), username, content, at, id: `stage-${seq}` };
}

function userId(username: string): number {
  return username === SELF.username ? SELF.id : 100 + [...HERE, ...AWAY].indexOf(username);
}
