/** Attacks with rooms: endless events, endless rooms and subscriptions, and pages that are too large. */

import type { MessagePage, Room } from '@banter/protocol';
import { ask } from '../harness/http.ts';
import { loggedIn, type Person, person } from '../harness/people.ts';
import { openSql } from '../harness/sql.ts';
import { type Attack, type Target, unless } from './attack.ts';

const TOGGLES = { short: 60, full: 3_000 } as const;
/** Twice the burst of `RATE_EVENTS`: whoever toggles for long gets no further. */
const TOGGLE_EVENTS_MAX = { short: 60, full: 240 } as const;
const ROOMS = { short: 105, full: 2_000 } as const;
const ROOMS_OWNED_MAX = 100;
const MESSAGES = { short: 40, full: 200 } as const;
const PAGE_MAX_BYTES = 512 * 1024;
const MESSAGE_CHARS = 7_900;
const AT_ONCE = 10;

const toggles: Attack = {
  name: 'one person who joins, leaves and reacts in a loop',
  proves: '[L3] changes to and fro by one person make few events',
  bound: '`RATE_EVENTS`, `RATE_TOGGLES`',
  async run(target) {
    const owner = await person(target, target.nextName('founder'));
    const attacker = await person(target, target.nextName('toggler'));
    const room = await owner.opens(target.nextName('toggles'));
    const { seq } = await owner.posts(room, 'react to this');
    await attacker.joins(room);
    const reaction = `/v1/rooms/${room.id}/messages/${seq}/reactions/%F0%9F%91%8D`;
    await repeat(TOGGLES[target.size] / 4, async () => {
      await attacker.asks('PUT', reaction);
      await attacker.asks('DELETE', reaction);
      await attacker.asks('POST', `/v1/rooms/${room.id}/leave`);
      await attacker.asks('POST', `/v1/rooms/${room.id}/join`);
    });
    const stored = await lastSeqOf(target, room);
    return {
      outcome: `${stored} events stored of ${TOGGLES[target.size]} tried`,
      broken: unless({
        [`at most ${TOGGLE_EVENTS_MAX[target.size]} events are stored: ${stored}`]:
          stored <= TOGGLE_EVENTS_MAX[target.size],
      }),
    };
  },
};

const mutedReturn: Attack = {
  name: 'a muted person who leaves and joins again, and reacts',
  proves: '[C7] a mute outlives leaving and joining',
  bound: 'a mute is kept for the person and the room',
  async run(target) {
    const owner = await person(target, target.nextName('founder'));
    const attacker = await person(target, target.nextName('muted'));
    const room = await owner.opens(target.nextName('calm'));
    const { seq } = await owner.posts(room, 'react to this');
    await attacker.joins(room);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await owner.asks('PUT', `/v1/rooms/${room.id}/mutes/${attacker.user.id}`, { until });
    await attacker.leaves(room);
    await attacker.asks('POST', `/v1/rooms/${room.id}/join`);
    const answers = [
      await attacker.asks('POST', `/v1/rooms/${room.id}/messages`, { content: 'back' }),
      await attacker.asks('PUT', `/v1/rooms/${room.id}/messages/${seq}/reactions/%F0%9F%91%8D`),
    ];
    const statuses = answers.map(({ status }) => status);
    return {
      outcome: `answered ${statuses.join(', ')}`,
      broken: unless({ 'both are refused': statuses.every((status) => status >= 400) }),
    };
  },
};

const endlessRooms: Attack = {
  name: 'one person who creates rooms without end, and follows all of them',
  proves: '[L8] a person owns, joins and follows a bounded number of rooms, and lists are paged',
  bound: '`MAX_ROOMS_OWNED`, `RATE_CREATE_ROOM`, `MAX_SUBSCRIPTIONS`',
  async run(target) {
    const attacker = await person(target, target.nextName('founder'));
    let made = 0;
    await repeat(ROOMS[target.size], async () => {
      const name = target.nextName('plot');
      const { status } = await attacker.asks('POST', '/v1/rooms', { name });
      if (status === 201) made++;
    });
    const { bytes } = await sized(target, '/v1/rooms', attacker);
    const socket = await attacker.connects();
    const welcome = Buffer.byteLength(JSON.stringify(socket.events[0]));
    socket.ws.terminate();
    return {
      outcome: `${made} of ${ROOMS[target.size]} rooms made, a list of ${kib(bytes)}, a welcome of ${kib(welcome)}`,
      broken: unless({
        [`at most ${ROOMS_OWNED_MAX} rooms are made: ${made}`]: made <= ROOMS_OWNED_MAX,
        [`the list is paged: ${bytes}`]: bytes <= PAGE_MAX_BYTES,
        [`the welcome is bounded: ${welcome}`]: welcome <= PAGE_MAX_BYTES,
      }),
    };
  },
};

const largePages: Attack = {
  name: 'pages of 200 messages of 7,900 characters, and searches with ten lines of context',
  proves: '[L11] a page ends at a number of bytes too, and says where to go on',
  bound: '`PAGE_MAX_BYTES`',
  async run(target) {
    const username = target.nextName('pager');
    const attacker = await person(target, username);
    const room = await attacker.opens(target.nextName('pages'));
    const content = 'needle 的 '.repeat(MESSAGE_CHARS / 9);
    await repeat(MESSAGES[target.size], (i) => attacker.posts(room, `${i} ${content}`));
    const paths = [`/v1/rooms/${room.id}/messages?limit=200`, '/v1/search?q=needle&context=10&limit=50'];
    const sizes = await Promise.all(
      paths.flatMap((path) => [1, 2, 3, 4].map(() => sized(target, path, attacker))),
    );
    const largest = Math.max(...sizes.map(({ bytes }) => bytes));
    const seen = await readAll(attacker, room);
    await loggedIn(target, username);
    return {
      outcome: `at most ${kib(largest)} an answer`,
      broken: unless({
        [`an answer has at most ${kib(PAGE_MAX_BYTES)}: ${kib(largest)}`]: largest <= PAGE_MAX_BYTES,
        [`every message can be read on: ${seen}`]: seen === MESSAGES[target.size],
      }),
    };
  },
};

/** All of them. */
export const ROOM_ATTACKS: readonly Attack[] = [toggles, mutedReturn, endlessRooms, largePages];

/** Does something many times, a few at once. */
async function repeat(count: number, act: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function lastSeqOf({ server }: Target, { id }: Room): Promise<number> {
  const sql = await openSql(server.databaseUrl);
  const { seq } = await sql.row<{ seq: number }>('SELECT last_seq AS seq FROM rooms WHERE id = $1', [id]);
  await sql.close();
  return Number(seq);
}

async function sized(target: Target, path: string, { token }: Person): Promise<{ bytes: number }> {
  const { body } = await ask(target, 'GET', path, { token });
  return { bytes: Buffer.byteLength(JSON.stringify(body)) };
}

/** Reads a room's history page by page. @returns the number of messages. */
async function readAll(reader: Person, room: Room): Promise<number> {
  let count = 0;
  let after = 0;
  for (let page: MessagePage | null = null; page === null || page.hasMore; ) {
    page = await reader.reads(room, `?after=${after}&limit=200`);
    count += page.messages.length;
    after = page.messages.at(-1)?.seq ?? Number.MAX_SAFE_INTEGER;
  }
  return count;
}

function kib(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KiB`;
}
