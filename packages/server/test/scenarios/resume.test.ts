/** Resuming: all events above the last seq, then live, with none lost or repeated at the transition. */

import { RESUME_MAX_EVENTS, type Room, type ServerEvent } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestClock, startApp, type TestApp } from '../harness/app.ts';
import { type At, type Person, person } from '../harness/people.ts';
import { createChance, printedChance } from '../harness/seed.ts';
import { type Collector, openSocket, roundTrip, signIn } from '../harness/socket.ts';
import { openSql } from '../harness/sql.ts';
import { until } from '../harness/wait.ts';

const clock = createTestClock();
let app: TestApp;
let ann: Person;
let bob: Person;
beforeAll(async () => {
  app = await startApp({ clock });
  [ann, bob] = await Promise.all([person(app, 'ann'), person(app, 'bob')]);
});
afterAll(() => app.close());

describe('the transition to live', () => {
  it('[R1] [O2] with a continuous writer, every reader gets all events above its seq, ascending and once', async () => {
    const chance = printedChance('resume');
    const room = await shared('seam');
    await ann.connects([{ roomId: room.id }]);
    const writing = writeAlong(room);
    await until('there is something to resume', () => writing.count() > 200);
    const readers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        comeAndGo(room, createChance(chance.seed + i).whole, writing.count),
      ),
    );
    const head = await writing.stop();
    for (const { after, socket } of readers.flat()) {
      const last = () => socket.log(room.id).at(-1)?.seq ?? after;
      if (!socket.closing) await socket.until('the head is shown', () => last() === head);
      const seqs = socket.log(room.id).map(({ seq }) => seq);
      expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, i) => after + 1 + i));
      socket.ws.terminate();
    }
  });

  it('[R1] the missed events come first, then live with their last seq, then new events', async () => {
    const room = await shared('seam2');
    for (const text of ['one', 'two', 'three']) await ann.posts(room, text);
    const socket = await bob.connects([{ roomId: room.id, after: 3 }]);
    await ann.posts(room, 'four');
    await bob.sees('four');
    expect(socket.events.map(toShort).filter((text) => !/welcome|presence/.test(text))).toEqual([
      'message 4',
      'message 5',
      'live 5',
      'message 6',
    ]);
  });

  it('[R1] subscribe resumes in the same way, after its own ok', async () => {
    const room = await shared('seam3');
    await ann.posts(room, 'one');
    const socket = await bob.connects([]);
    const reply = await socket.ask({ op: 'subscribe', id: 'subscribe-1', roomId: room.id, after: 0 });
    expect(reply.type).toBe('ok');
    await socket.first('live', ({ type }) => type === 'live');
    expect(socket.events.map(toShort).slice(1)).toEqual([
      'ok undefined',
      'join 1',
      'join 2',
      'message 3',
      'live 3',
    ]);
    expect(await socket.ask({ op: 'unsubscribe', id: 'unsubscribe-1', roomId: room.id })).toMatchObject({
      type: 'ok',
    });
    await ann.posts(room, 'unheard');
    await socket.ask({ op: 'subscribe', id: 'subscribe-2', roomId: room.id });
    expect(socket.log(room.id).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('[R1] the plain socket replays the events above ?after=', async () => {
    const room = await shared('seam4');
    for (const text of ['one', 'two']) await ann.posts(room, text);
    const headers = { authorization: `Bearer ${bob.token}` };
    const socket = await openSocket(app, { path: `/v1/rooms/${room.id}/ws?after=2`, headers });
    await socket.first('live', ({ type }) => type === 'live');
    expect(socket.events.map(toShort).filter((text) => !/presence/.test(text))).toEqual([
      'message 3',
      'message 4',
      'live 4',
    ]);
    socket.ws.terminate();
  });
});

describe('a cursor that cannot be resumed', () => {
  it('[R2] with another epoch or above the head gets a reset, and is live from the head on', async () => {
    const room = await shared('resets');
    const wrong = { epoch: { after: 1, epoch: 'another history' }, ahead: { after: 1_000 } };
    for (const [reason, cursor] of Object.entries(wrong)) {
      const socket = await bob.connects([{ roomId: room.id, ...cursor }]);
      const reset = await socket.first('reset', ({ type }) => type === 'reset');
      const { head } = (await bob.asks('GET', `/v1/rooms/${room.id}`)).body as Room;
      expect(reset).toMatchObject({ roomId: room.id, reason, head });
      await ann.posts(room, `after ${reason}`);
      await bob.sees(`after ${reason}`);
      expect(socket.log(room.id).map(({ seq }) => seq)).toEqual([head + 1]);
    }
  });

  it('[R2] with the same epoch is resumed', async () => {
    const room = await shared('epochs');
    const first = await bob.connects();
    const { epoch } = await first.first('welcome', (event) => event.type === 'welcome');
    await ann.posts(room, 'missed');
    const again = await bob.connects([{ roomId: room.id, after: 2, epoch }]);
    expect(again.log(room.id).map(({ seq }) => seq)).toEqual([3]);
  });

  it('[R2] at the maximum of missed events gets a replay, and one event further behind a reset', async () => {
    const cem = await person(app, 'cem');
    const room = await cem.opens('long');
    await cem.posts(room, 'the first one');
    await fill(room, RESUME_MAX_EVENTS);
    const socket = await cem.connects([{ roomId: room.id, after: 2 }]);
    const seqs = socket.log(room.id).map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: RESUME_MAX_EVENTS }, (_, i) => i + 3));
    const behind = await cem.connects([{ roomId: room.id, after: 1 }]);
    expect(await behind.first('reset', ({ type }) => type === 'reset')).toMatchObject({
      reason: 'behind',
      head: RESUME_MAX_EVENTS + 2,
    });
    expect(behind.log(room.id)).toEqual([]);
  });
});

describe('missing last events', () => {
  it('[R3] are revealed within 35 s, because each ping has the heads that changed', async () => {
    const room = await shared('tail');
    const socket = await bob.connects([{ roomId: room.id }]);
    await ann.posts(room, 'one');
    await ann.posts(room, 'two');
    await bob.sees('two');
    clock.advance(25_000);
    const first = await nextPing(socket, 0);
    expect(first).toMatchObject({ heads: { [room.id]: 4 } });
    clock.advance(25_000);
    expect(await nextPing(socket, 1)).not.toHaveProperty('heads');
    await ann.posts(room, 'three');
    await bob.sees('three');
    clock.advance(25_000);
    expect(await nextPing(socket, 2)).toMatchObject({ heads: { [room.id]: 5 } });
  });
});

/** Opens a room of Ann's with Bob as a member. Its head is 2. */
async function shared(name: string): Promise<At> {
  const room = await ann.opens(name);
  await bob.joins(room);
  return room;
}

/** Ann writes, waiting for each answer, until stopped. Returns the head. */
function writeAlong(room: At): { count: () => number; stop(): Promise<number> } {
  let head = 0;
  let isStopped = false;
  const run = async () => {
    while (!isStopped) {
      const sends = Array.from({ length: 5 }, () => ann.says(room, `message after ${head}`));
      for (const { seq } of await Promise.all(sends)) head = Math.max(head, seq ?? 0);
    }
    return head;
  };
  const running = run();
  return {
    count: () => head,
    stop() {
      isStopped = true;
      return running;
    },
  };
}

/** Bob resumes from random seqs, stays a while and disconnects. The last time he stays connected. */
async function comeAndGo(
  room: At,
  whole: (low: number, high: number) => number,
  head: () => number,
): Promise<{ after: number; socket: Collector }[]> {
  const visits = [];
  for (let visit = 0; visit < 8; visit++) {
    const after = whole(0, head());
    const socket = await signIn(app, bob.token, [{ roomId: room.id, after }]);
    const enough = head() + whole(0, 60);
    await until('the room continues', () => head() >= enough);
    if (visit < 7) {
      socket.ws.terminate();
      await socket.closed();
    }
    visits.push({ after, socket });
  }
  return visits;
}

/** Stores messages above the head of a room without subscribers. */
async function fill({ id }: At, count: number): Promise<void> {
  const sql = await openSql(app.databaseUrl);
  await sql.rows(
    `WITH top AS (SELECT last_seq FROM rooms WHERE id = $1), put AS (
       INSERT INTO events (room_id, seq, kind, account_id, at)
       SELECT $1, last_seq + n, 'message', $2, now() FROM top, generate_series(1, $3) n)
     INSERT INTO messages (room_id, seq, account_id, id, content, digest, at, ordinal)
     SELECT $1, last_seq + n, $2, 'filled-' || n, 'filled ' || n, '', now(), n FROM top, generate_series(1, $3) n`,
    [id, ann.user.id, count],
  );
  await sql.rows('UPDATE rooms SET last_seq = last_seq + $2 WHERE id = $1', [id, count]);
  await sql.close();
}

async function nextPing(socket: Collector, index: number): Promise<ServerEvent> {
  const pings = () => socket.events.filter(({ type }) => type === 'ping');
  await socket.until(`ping ${index}`, () => pings().length > index);
  await roundTrip(socket);
  return pings()[index] as ServerEvent;
}

function toShort(event: ServerEvent): string {
  if (event.type === 'live') return `live ${event.head}`;
  return `${event.type} ${'seq' in event ? event.seq : undefined}`;
}
