/**
 * A scripted server for screenshots: the built page and its real client, with fixed people, messages and time.
 * Tests use the real server instead.
 */
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Member, Message, Room } from '@banter/protocol';
import { CLIENT_LIMITS } from '@banter/protocol';
import type { Page, WebSocketRoute } from 'playwright-core';

/** A reserved name. The browser never asks the network for it. */
const HOST = 'talk.example.org';
const DIST = new URL('../dist/', import.meta.url);
/** The same policy as the real server's. */
const CSP = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

const NOW = new Date(2026, 10, 20, 13, 57);
const SELF = { id: 1, username: 'wren' };
/** The id of the open room. */
export const ROOM_ID = 3;

type Line = [time: string, who: string, text: string];

const YESTERDAY: Line[] = [
  ['21:14', 'lindqvist', 'Seeing was poor until nine, then the wind turned and it got quiet up there.'],
  [
    '21:20',
    'amara',
    'I kept the dome shut for the first hour. The mirror was two degrees above the air and would only have boiled the stars.',
  ],
  ['21:46', 'amara', 'Open now. Focus holds.'],
  ['22:03', 'pavel', 'Guider lost its star twice, both times when the flap on the north side knocked.'],
  ['22:10', 'kowalczyk_jan', 'There is tape in the left drawer, and I am not proud of it.'],
];
const TODAY: Line[] = [
  [
    '13:02',
    'amara',
    'The plates from last night are measured. Thirty-one of thirty-two are good; number nine has a satellite straight across it.',
  ],
  ['13:04', 'pavel', 'Nine was the long one, of course.'],
  [
    '13:05',
    'sorley',
    'can `pipeline` mask the trail and keep the rest? we only need the **lower** half of the field',
  ],
  ['13:05', 'sorley', 'and I would rather not ask for another clear night in November'],
  [
    '13:11',
    'pavel',
    'It can, if the mask is wider than the trail:\n```py\nmask = trail.grow(6)\nplate = plate.without(mask)\n```',
  ],
  [
    '13:12',
    'wren',
    'Six pixels is what I used in March. Below four the wings of the trail show up in the sum.',
  ],
  ['13:30', 'odalys', 'The note I wrote about it then: https://notes.example.org/plates/trails'],
  ['13:41', 'amara', 'wren: did you mask before the flat field or after it?'],
  ['13:42', 'sorley', 'before, I hope'],
  ['13:44', 'lindqvist', 'Before. Afterwards the flat has already spread it over its neighbours.'],
  ['13:50', 'kowalczyk_jan', 'The flap has hinges now. The tape goes into the museum.'],
  ['13:53', 'pavel', 'Please label it "adaptive optics, first generation".'],
];
const HERE = ['amara', 'eun-ji', 'kowalczyk_jan', 'lindqvist', 'odalys', 'pavel', 'sorley', 'wren', 'yusuf'];
const AWAY = ['beatriz', 'dmitri', 'hana', 'noll', 'tove'];

const ROOMS: Room[] = [
  room(1, 'lobby'),
  room(2, 'workshop', { unread: 7 }),
  room(ROOM_ID, 'dome', {
    unread: 5,
    mentions: 1,
    topic: 'clear until three — lights out by the stairs — keys hang behind the door',
  }),
  room(4, 'night-desk', { unread: 2, mentions: 2 }),
  room(5, 'plates', { unread: 3 }),
  room(6, 'weather'),
  room(7, 'kitchen'),
  talk(8, 'amara', { unread: 1 }),
  talk(9, 'yusuf'),
];

/** Controls for one page. */
export type Stage = {
  /** The address to open. */
  url: string;
  /** Closes the connection. New ones are closed too. */
  cut(): void;
  /** Sends an event to the page. */
  push(event: object): void;
};

type Answer = { status: number; headers: Record<string, string>; body: string | Buffer };

/** Answers all requests of `page`. `isSignedIn` decides whether it opens the chat or the sign-in form. */
export async function setStage(page: Page, isSignedIn: boolean): Promise<Stage> {
  let connection: WebSocketRoute | null = null;
  let isCut = false;
  await page.clock.install({ time: NOW });
  await page.addInitScript((roomId) => localStorage.setItem('banter.room', String(roomId)), ROOM_ID);
  await page.route(`http://${HOST}/**`, async (route) =>
    route.fulfill(await answerTo(new URL(route.request().url()).pathname, isSignedIn)),
  );
  await page.routeWebSocket(`ws://${HOST}/**`, (socket) => {
    if (isCut) return void socket.close();
    connection = socket;
    socket.onMessage((text) => handleCommand(socket, JSON.parse(String(text))));
  });
  return {
    url: `http://${HOST}/`,
    cut() {
      isCut = true;
      void connection?.close({ code: 1006 });
    },
    push: (event) => connection?.send(JSON.stringify(event)),
  };
}

const MESSAGES: Message[] = [
  ...YESTERDAY.map((line, index) => message(line, index + 1, 19)),
  ...TODAY.map((line, index) => message(line, YESTERDAY.length + index + 1, 20)),
];

/** Answers only `hello` and probes, so that sent messages stay pending. */
export function handleCommand(
  socket: { send(text: string): void },
  command: { op: string; id?: string },
): void {
  if (command.op === 'unsubscribe') socket.send(JSON.stringify({ type: 'ok', id: command.id }));
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

/** The answer to a request for `path`: a file of the built page, or fixed data. */
export async function answerTo(path: string, isSignedIn: boolean): Promise<Answer> {
  if (!path.startsWith('/v1/')) return fileAt(path === '/' ? 'index.html' : path.slice(1));
  const found = bodyFor(path, isSignedIn);
  const body = found ?? { code: 'unauthenticated', detail: 'Wrong name or password.' };
  return {
    status: found === null ? 401 : 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
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

async function fileAt(name: string): Promise<Answer> {
  const body = await readFile(new URL(name, DIST));
  const type = TYPES[extname(name)] ?? 'application/octet-stream';
  return { status: 200, headers: { 'content-security-policy': CSP, 'content-type': type }, body };
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

/** The direct room with one other person. */
function talk(id: number, username: string, more: Partial<Room> = {}): Room {
  const people = [SELF, { id: userId(username), username }].map((each) => ({
    userId: each.id,
    username: each.username,
  }));
  return room(id, '', { kind: 'direct', people, members: 2, ...more });
}

function message([time, username, content]: Line, seq: number, day: number): Message {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const at = new Date(2026, 10, day, hour, minute).toISOString();
  const isCall = username !== SELF.username && content.startsWith(`${SELF.username}:`);
  return {
    ...{ roomId: ROOM_ID, seq, userId: userId(username), username, content, at, id: `stage-${seq}` },
    ...(isCall ? { mentions: [SELF.id] } : {}),
    ...extrasOf(time, at),
  };
}

/** Marks one line as edited and one as a reply. */
function extrasOf(time: string, at: string): Partial<Message> {
  if (time === '13:50') return { editedAt: at };
  if (time !== '13:44') return {};
  const index = TODAY.findIndex(([each]) => each === '13:41');
  const [, username = '', line = ''] = TODAY[index] ?? [];
  return { replyTo: YESTERDAY.length + index + 1, quote: { userId: userId(username), username, line } };
}

function userId(username: string): number {
  return username === SELF.username ? SELF.id : 100 + [...HERE, ...AWAY].indexOf(username);
}
