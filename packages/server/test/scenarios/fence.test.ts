/** The fence of a kick, a ban or a leave, repeated under a flood of sends: nothing above it goes in or out. */

import type { Room, RoomEvent, ServerEvent } from '@banter/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { type At, type Person, person } from '../harness/people.ts';
import { type Collector, openSocket, roundTrip } from '../harness/socket.ts';
import { openSql, storedEvents } from '../harness/sql.ts';

const ROUNDS = 200;
const TIMEOUT_MS = 120_000;
/** Concurrent sends of each of the two people. */
const OUTSTANDING = 4;

let app: TestApp;
let ann: Person;
let bob: Person;
let room: At;
beforeAll(async () => {
  app = await startApp();
  [ann, bob] = await Promise.all([person(app, 'ann'), person(app, 'bob')]);
  room = await ann.opens('lobby');
});
afterAll(() => app.close());

it(
  `[A3] under a flood with ${ROUNDS} kicks, bans and leaves, nothing above the fence goes in or out, on any door`,
  async () => {
    let head = await join();
    const live = await bob.connects();
    await ann.connects();
    const plains: Collector[] = [];
    const resumed: { socket: Collector; after: number; head: number }[] = [];
    let isOver = false;
    const flood = [ann, bob].flatMap((who) => Array.from({ length: OUTSTANDING }, () => talk(who)));
    const posting = post();
    for (let round = 0; round < ROUNDS; round++) {
      if (round % 10 === 0) plains.push(await openPlain());
      const end = endOf(round);
      // Resumes and reads during the act: each one succeeds before the fence, or fails.
      if (round % 5 === 1) {
        const after = round % 2 === 0 ? 0 : head;
        resumed.push({ socket: await resume(after, head), after, head });
      }
      await end;
      await expectOutside(round);
      if (isBan(round)) await ann.asks('DELETE', `/v1/rooms/${room.id}/bans/${bob.user.id}`);
      head = await join();
    }
    isOver = true;
    await Promise.all([...flood, posting]);
    await roundTrip(live);

    const inside = await membershipOf(bob);
    expectInside(live.log(room.id), inside);
    for (const { socket, after, head } of resumed) {
      const replayed = socket.log(room.id).filter(({ seq }) => seq <= head);
      expect(replayed.map(({ seq }) => seq)).toEqual(replayed.map((_, i) => after + 1 + i));
      expectInside(
        socket.log(room.id).filter(({ seq }) => seq > head),
        inside,
      );
    }
    for (const plain of plains) {
      expect((await plain.closed()).code).toBe(4201);
      expectInside(plain.log(room.id), inside);
      const last = plain.log(room.id).at(-1);
      expect(last && isEndFor(last, bob)).toBe(true);
    }
    expect(inside).toHaveLength(ROUNDS + 1);

    async function talk(who: Person): Promise<void> {
      while (!isOver) await (who === bob ? sendOn(live) : who.tries(room, 'on and on'));
    }
    async function post(): Promise<void> {
      while (!isOver) await bob.asks('POST', `/v1/rooms/${room.id}/messages`, { content: 'by HTTP' });
    }
  },
  TIMEOUT_MS,
);

const isBan = (round: number) => round % 4 === 0;

/** Ends Bob's membership by a ban, a kick or a leave. */
async function endOf(round: number): Promise<void> {
  if (round % 2 === 1) await bob.leaves(room);
  else if (isBan(round)) await ann.asks('PUT', `/v1/rooms/${room.id}/bans/${bob.user.id}`);
  else await ann.kicks(room, bob);
}

let sent = 0;
function sendOn(socket: Collector): Promise<unknown> {
  return socket.ask({ op: 'send', id: `bobs-send-${++sent}`, roomId: room.id, content: 'me too' });
}

async function openPlain(): Promise<Collector> {
  const headers = { authorization: `Bearer ${bob.token}` };
  const plain = await openSocket(app, { path: `/v1/rooms/${room.id}/ws`, headers });
  await plain.first('live', ({ type }) => type === 'live');
  return plain;
}

/** Joins, and returns the room's head. The next fence is above it. */
async function join(): Promise<number> {
  const { body } = await bob.asks('POST', `/v1/rooms/${room.id}/join`);
  return (body as Room).head;
}

/** Resumes on a socket. It becomes live, ends at the fence, or is rejected. */
async function resume(after: number, head: number): Promise<Collector> {
  const socket = await openSocket(app);
  socket.send({ op: 'hello', token: bob.token, rooms: [{ roomId: room.id, after }] });
  await socket.first(
    'live, the fence or a refusal',
    (event) =>
      event.type === 'live' ||
      event.type === 'error' ||
      (isEndFor(event, bob) && (event as RoomEvent).seq > head),
  );
  return socket;
}

function isEndFor(event: ServerEvent, { user }: Person): boolean {
  return (
    ((event.type === 'kick' || event.type === 'ban') && event.target === user.id) ||
    (event.type === 'leave' && event.userId === user.id)
  );
}

/** Expects every door to reject Bob after the fence. */
async function expectOutside(round: number): Promise<void> {
  const path = `/v1/rooms/${room.id}/messages`;
  const answers =
    round % 2 === 0 ? [await bob.asks('GET', path)] : [await bob.asks('POST', path, { content: 'late' })];
  for (const answer of answers) expect(answer).toMatchObject({ status: 403, body: { code: 'not_member' } });
}

/** Returns Bob's memberships from the store: the seqs of each join and of the next kick, ban or leave. Checks his messages. */
async function membershipOf(who: Person): Promise<[from: number, to: number][]> {
  const sql = await openSql(app.databaseUrl);
  const events = await storedEvents(sql, room.id);
  const kicks = await sql.rows<{ seq: number }>(
    "SELECT seq FROM events WHERE room_id = $1 AND kind IN ('kick', 'ban')",
    [room.id],
  );
  await sql.close();
  const isKick = new Set(kicks.map(({ seq }) => seq));
  const inside: [number, number][] = [];
  for (const { seq, kind, userId } of events) {
    if (kind === 'join' && userId === who.user.id) inside.push([seq, Number.POSITIVE_INFINITY]);
    const last = inside.at(-1);
    if (last && (isKick.has(seq) || (kind === 'leave' && userId === who.user.id))) last[1] = seq;
    if (kind === 'message' && userId === who.user.id)
      expect(inside.some(([from, to]) => from < seq && seq < to)).toBe(true);
  }
  return inside;
}

/** Expects every event inside a membership, and the events of each membership without gaps from its start. */
function expectInside(log: readonly RoomEvent[], inside: readonly [number, number][]): void {
  let at = 0;
  let last = 0;
  const outside = log.filter(({ seq }) => {
    while (seq > (inside[at]?.[1] ?? Number.POSITIVE_INFINITY)) at++;
    const from = inside[at]?.[0] ?? Number.POSITIVE_INFINITY;
    const isNext = seq === last + 1 || seq === from || last === 0;
    last = seq;
    return seq < from || !isNext;
  });
  expect(outside).toEqual([]);
}
