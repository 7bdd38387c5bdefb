/** Each room has one order, the same for everybody. */

import { isRoomEvent, type RoomEvent } from '@banter/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { newId, type Person, people, person } from '../harness/people.ts';
import { type Chance, createChance, printedChance } from '../harness/seed.ts';
import { openSql, type Sql, storedEvents } from '../harness/sql.ts';

const WRITERS = 20;
const TURNS = 40;

let app: TestApp;
let sql: Sql;
beforeAll(async () => {
  app = await startApp();
  sql = await openSql(app.databaseUrl);
});
afterAll(async () => {
  await sql.close();
  await app.close();
});

it('[O1] [O2] [O3] twenty people who concurrently write, join and leave produce one dense order, received ascending and once', async () => {
  const chance = printedChance('order');
  const owner = await person(app, 'olga');
  const room = await owner.opens('busy');
  const watcher = await owner.connects();
  const writers = await people(app, WRITERS);
  const acks: Ack[] = [];
  await Promise.all(writers.map((writer, i) => live(writer, createChance(chance.seed + i), acks)));

  const stored = await storedEvents(sql, room.id);
  const head = stored.length;
  expect(stored.map(({ seq }) => seq)).toEqual(Array.from({ length: head }, (_, i) => i + 1));
  const { last_seq: lastSeq } = await sql.row<{ last_seq: number }>(
    'SELECT last_seq FROM rooms WHERE id = $1',
    [room.id],
  );
  expect(lastSeq).toBe(head);

  await watcher.until('the head is shown', () => watcher.log(room.id).at(-1)?.seq === head);
  expect(watcher.log(room.id).map(({ seq }) => seq)).toEqual(stored.slice(1).map(({ seq }) => seq));
  for (const { socket } of writers) expectRisingOnce(socket.events.filter(isRoomEvent));
  const bySeq = new Map(stored.map((event) => [event.seq, event]));
  expect(acks.filter(({ id, seq }) => bySeq.get(seq)?.id !== id)).toEqual([]);
  expect(acks.length).toBe(stored.filter(({ kind }) => kind === 'message').length);
  expectRealTimeOrder(acks);

  /** Joins, writes, leaves and returns at random. */
  async function live(writer: Person, own: Chance, all: Ack[]): Promise<void> {
    const socket = await writer.connects();
    let isMember = false;
    for (let turn = 0; turn < TURNS; turn++) {
      if (!isMember || own.next() < 0.1) {
        await (isMember ? writer.leaves(room) : writer.joins(room));
        isMember = !isMember;
      }
      if (!isMember) continue;
      const id = newId();
      const beganAt = performance.now();
      const reply = await socket.ask({
        op: 'send',
        id,
        roomId: room.id,
        content: `${writer.user.username} ${turn}`,
      });
      if (reply.type === 'ok') all.push({ id, seq: reply.seq ?? 0, beganAt, endedAt: performance.now() });
    }
  }
});

it('[O3] a send that starts after the ok of another has a higher seq, also from another person over another door', async () => {
  const [ann, bob] = await Promise.all([person(app, 'ann'), person(app, 'bob')]);
  const room = await ann.opens('turns');
  await bob.joins(room);
  await ann.connects();
  const seqs: number[] = [];
  for (let turn = 0; turn < 20; turn++) {
    const stored = turn % 2 ? await bob.posts(room, `${turn}`) : await ann.says(room, `${turn}`);
    seqs.push(stored.seq ?? 0);
  }
  expect(seqs).toEqual(Array.from({ length: 20 }, (_, i) => i + 3));
});

type Ack = { id: string; seq: number; beganAt: number; endedAt: number };

/** Expects each send that started after another ended to have the higher seq. */
function expectRealTimeOrder(acks: Ack[]): void {
  const byEnd = acks.toSorted((a, b) => a.endedAt - b.endedAt);
  const byBegin = acks.toSorted((a, b) => a.beganAt - b.beganAt);
  let ended = 0;
  let highest = 0;
  for (const ack of byBegin) {
    for (let next = byEnd[ended]; next && next.endedAt < ack.beganAt; next = byEnd[++ended]) {
      highest = Math.max(highest, next.seq);
    }
    expect(ack.seq).toBeGreaterThan(highest);
  }
}

function expectRisingOnce(events: RoomEvent[]): void {
  for (const [i, { seq }] of events.entries()) expect(seq).toBeGreaterThan(events[i - 1]?.seq ?? 0);
}
