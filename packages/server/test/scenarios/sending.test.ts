/** The guarantees for a sender. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestClock, startApp, type TestApp } from '../harness/app.ts';
import { createTestDatabase } from '../harness/database.ts';
import { openLineProxy } from '../harness/line-proxy.ts';
import { beginOutage } from '../harness/outage.ts';
import { type At, newId, type Person, person } from '../harness/people.ts';
import { startServer } from '../harness/server.ts';
import { isReplyTo } from '../harness/socket.ts';
import { openSql, type Sql, storedEvents } from '../harness/sql.ts';
import { until } from '../harness/wait.ts';

/** The timeout of a test that starts programs from source, even on a busy machine. */
const STARTS_TIMEOUT_MS = 90_000;

let app: TestApp;
let sql: Sql;
let ann: Person;
let bob: Person;
let room: At;
let rooms = 0;

beforeAll(async () => {
  app = await startApp();
  sql = await openSql(app.databaseUrl);
  [ann, bob] = await Promise.all([person(app, 'ann'), person(app, 'bob')]);
});
beforeEach(async () => {
  room = await ann.opens(`room${++rooms}`);
  await bob.joins(room);
  await Promise.all([ann.connects([{ roomId: room.id }]), bob.connects([{ roomId: room.id }])]);
});
afterEach(() => {
  for (const { socket } of [ann, bob]) socket.ws.terminate();
});
afterAll(async () => {
  await sql.close();
  await app.close();
});

describe('an ok and its commit', () => {
  it('[S1] a commit that fails at its end gives no ok and is shown to nobody', async () => {
    await sql.rows(`
      CREATE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the commit fails'; END $$;
      CREATE CONSTRAINT TRIGGER poison AFTER INSERT ON messages DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.content = 'poison') EXECUTE FUNCTION refuse_poison()`);
    const replies = await Promise.all(['before', 'poison', 'after'].map((text) => ann.tries(room, text)));
    expect(replies.map(({ type }) => type)).toEqual(['ok', 'error', 'ok']);
    expect(replies[1]).toMatchObject({ code: 'internal' });
    await bob.sees('after');
    expect(shownTo(bob)).toEqual(['before', 'after']);
    expect(await storedTexts()).toEqual(['before', 'after']);
    await sql.rows('DROP TRIGGER poison ON messages; DROP FUNCTION refuse_poison');
  });

  it('[S1] during the commit there is neither an ok nor an event', async () => {
    const id = newId();
    const other = await openSql(app.databaseUrl);
    await other.rows('BEGIN');
    await other.rows('SELECT 1 FROM rooms WHERE id = $1 FOR UPDATE', [room.id]);
    ann.socket.send({ op: 'send', id, roomId: room.id, content: 'held up' });
    await until('the append waits', appendWaits);
    expect(ann.socket.events.filter((event) => isReplyTo(event, id))).toEqual([]);
    expect(shownTo(bob)).toEqual([]);
    await other.rows('COMMIT');
    await other.close();
    await bob.sees('held up');
  });
});

describe('a repeated id', () => {
  it('[S2] gets the first seq on every door, and is stored and shown once', async () => {
    const id = newId();
    const first = await ann.says(room, 'once', id);
    await ann.connects([{ roomId: room.id }]);
    expect(await ann.says(room, 'once', id)).toMatchObject({ seq: first.seq, at: first.at, duplicate: true });
    const path = `/v1/rooms/${room.id}/messages`;
    for (const body of ['once', { content: 'once' }]) {
      const again = await ann.asks('POST', path, body, { headers: { 'idempotency-key': id } });
      expect(again).toMatchObject({ status: 200, body: { seq: first.seq, at: first.at, content: 'once' } });
    }
    await ann.says(room, 'the end');
    await bob.sees('the end');
    expect(shownTo(bob)).toEqual(['once', 'the end']);
  });

  it('[S2] a hundred concurrent times, over two sockets and HTTP, is stored and shown once', async () => {
    const id = newId();
    const [phone, laptop] = [await ann.connects(), await ann.connects()];
    const sends = Array.from({ length: 100 }, (_, i) => {
      if (i % 3 === 0) return ann.posts(room, 'echo', id);
      const socket = i % 3 === 1 ? phone : laptop;
      return socket.ask({ op: 'send', id, roomId: room.id, content: 'echo' });
    });
    const seqs = (await Promise.all(sends)).map((answer) => ('seq' in answer ? answer.seq : null));
    expect(new Set(seqs)).toEqual(new Set([3]));
    await ann.says(room, 'the end');
    await bob.sees('the end');
    expect(shownTo(bob)).toEqual(['echo', 'the end']);
    phone.ws.terminate();
  });

  it('[S2] with other content is rejected, and the first message stays', async () => {
    const id = newId();
    await ann.says(room, 'one', id);
    expect(await ann.failsToSay(room, 'two', id)).toMatchObject({ code: 'idempotency_conflict' });
    const [laptop, phone] = [ann.socket, await ann.connects()];
    const replies = await Promise.all([
      laptop.ask({ op: 'send', id: 'same-id-twice', roomId: room.id, content: 'three' }),
      phone.ask({ op: 'send', id: 'same-id-twice', roomId: room.id, content: 'four' }),
    ]);
    expect(replies.map(codeOf).toSorted()).toEqual(['idempotency_conflict', 'ok']);
    const kept = replies[0].type === 'ok' ? 'three' : 'four';
    expect(await storedTexts()).toEqual(['one', kept]);
    laptop.ws.terminate();
  });

  it('[S2] of another author, or in another room, is another message', async () => {
    const id = newId();
    const second = await ann.opens(`other${rooms}`);
    await Promise.all([
      ann.posts(room, 'mine', id),
      bob.posts(room, 'mine', id),
      ann.posts(second, 'mine', id),
    ]);
    expect(await storedTexts()).toEqual(['mine', 'mine']);
    expect((await ann.reads(second)).messages).toMatchObject([{ id, seq: 2 }]);
  });

  it(
    '[S2] is recognised after the server was killed and restarted',
    async () => {
      const server = await startServer();
      const cem = await person(server, 'cem');
      const lasting = await cem.opens('lasting');
      const id = newId();
      const first = await cem.posts(lasting, 'for ever', id);
      await server.kill();
      await server.restart();
      await cem.connects();
      expect(await cem.says(lasting, 'for ever', id)).toMatchObject({ seq: first.seq, duplicate: true });
      expect(await cem.failsToSay(lasting, 'for never', id)).toMatchObject({ code: 'idempotency_conflict' });
      cem.socket.ws.terminate();
      await server.close();
    },
    STARTS_TIMEOUT_MS,
  );
});

describe('an unknown outcome', () => {
  it('[S3] when PostgreSQL drops the connection during the append, the send is retried until its outcome is known', async () => {
    const other = await openSql(app.databaseUrl);
    await other.rows('BEGIN');
    await other.rows('SELECT 1 FROM rooms WHERE id = $1 FOR UPDATE', [room.id]);
    const sends = ['one', 'two', 'three'].map((content) => ann.tries(room, content));
    for (let cuts = 0; cuts < 2; cuts++) {
      const pid = await until('the append waits', appendWaits);
      await sql.rows('SELECT pg_terminate_backend($1)', [pid]);
      await until('the append is retried', async () => {
        const next = await appendWaits();
        return next !== null && next !== pid;
      });
    }
    await other.rows('COMMIT');
    await other.close();
    expect((await Promise.all(sends)).map(({ type }) => type)).toEqual(['ok', 'ok', 'ok']);
    await bob.sees('three');
    expect(shownTo(bob)).toEqual(['one', 'two', 'three']);
    expect(await storedTexts()).toEqual(['one', 'two', 'three']);
  });

  it('[S3] when the connection is lost after the commit, the sender gets the seq and everybody sees the message once', async () => {
    const database = await createTestDatabase();
    const line = await openLineProxy(database.url);
    const cut = await startApp({ env: { DATABASE_URL: line.url } });
    const [cem, dee] = await Promise.all([person(cut, 'cem'), person(cut, 'dee')]);
    const lobby = await cem.opens('lobby');
    await dee.joins(lobby);
    await Promise.all([cem.connects(), dee.connects()]);
    await cem.says(lobby, 'before');
    line.cutAfter('append.message');
    expect(await cem.says(lobby, 'cut off')).toMatchObject({ seq: 4 });
    await cem.says(lobby, 'after');
    await dee.sees('after');
    expect(dee.socket.log(lobby.id).map(({ seq }) => seq)).toEqual([3, 4, 5]);
    await cut.close();
    await line.close();
    await database.drop();
  });
});

describe('the order of one author', () => {
  it('[S4] after a retryable rejection, later sends are rejected until that one is sent again', async () => {
    const clock = createTestClock();
    const strict = await startApp({ clock, env: { RATE_LIMITS: 'on' } });
    const cem = await person(strict, 'cem');
    const lobby = await cem.opens('lobby');
    await cem.connects();
    const sends = Array.from({ length: 700 }, (_, i) => ({ id: newId(), content: `line ${i}` }));
    const replies = await Promise.all(sends.map(({ id, content }) => cem.tries(lobby, content, id)));
    const refused = replies.findIndex(({ type }) => type === 'error');
    expect(replies.slice(0, refused).every(({ type }) => type === 'ok')).toBe(true);
    expect(replies[refused]).toMatchObject({ code: 'rate_limited', retryAfterMs: expect.any(Number) });
    expect(new Set(replies.slice(refused + 1).map(codeOf))).toEqual(new Set(['order_gap']));

    clock.advance(60_000);
    expect(await cem.failsToSay(lobby, 'line 699', sends[699]?.id)).toMatchObject({ code: 'order_gap' });
    for (const { id, content } of sends.slice(refused, refused + 3)) await cem.says(lobby, content, id);
    const { messages } = await cem.reads(lobby, '?limit=200');
    expect(messages.at(-1)?.content).toBe(`line ${refused + 2}`);
    await strict.close();
  });

  it('[S4] a new connection starts without a gap', async () => {
    const clock = createTestClock();
    const strict = await startApp({ clock, env: { RATE_LIMITS: 'on' } });
    const cem = await person(strict, 'cem');
    const lobby = await cem.opens('lobby');
    await cem.connects();
    await Promise.all(Array.from({ length: 700 }, (_, i) => cem.tries(lobby, `line ${i}`)));
    clock.advance(60_000);
    expect(await cem.failsToSay(lobby, 'blocked')).toMatchObject({ code: 'order_gap' });
    await cem.connects();
    await cem.says(lobby, 'free again');
    await strict.close();
  });

  it('[S4] pipelined sends are stored in the order sent', async () => {
    const texts = Array.from({ length: 300 }, (_, i) => `${i}`);
    await Promise.all(texts.map((text) => ann.says(room, text)));
    expect(await storedTexts()).toEqual(texts);
  });
});

describe('an unreachable store', () => {
  it('[S6] makes sends unavailable, keeps sockets open and shows nothing; then everything recovers', async () => {
    const clock = createTestClock();
    const lonely = await startApp({ clock });
    const [cem, dee] = await Promise.all([person(lonely, 'cem'), person(lonely, 'dee')]);
    const lobby = await cem.opens('lobby');
    await dee.joins(lobby);
    await Promise.all([cem.connects(), dee.connects()]);

    const outage = await beginOutage(lonely.databaseUrl);
    const reply = cem.tries(lobby, 'into the void');
    const later = cem.tries(lobby, 'and more');
    clock.advance(4_600);
    expect(await reply).toMatchObject({
      type: 'error',
      code: 'unavailable',
      retryAfterMs: expect.any(Number),
    });
    expect(await later).toMatchObject({ type: 'error', code: 'order_gap' });
    expect((await dee.asks('GET', '/v1/ready')).status).toBe(503);
    expect((await dee.asks('GET', '/v1/health')).status).toBe(200);
    expect([cem, dee].map(({ socket }) => socket.closing)).toEqual([null, null]);
    await outage.end();

    await cem.connects();
    await until('the store is back', async () => (await cem.tries(lobby, 'hello again')).type === 'ok');
    await dee.sees('hello again');
    expect(shownTo(dee)).toEqual(['hello again']);
    expect((await cem.reads(lobby)).messages.map(({ content }) => content)).toEqual(['hello again']);
    await lonely.close();
  });
});

/** Returns the process id of the backend whose append waits for a lock, or null. */

async function appendWaits(): Promise<number | null> {
  const [waiting] = await sql.rows<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%append_message%'`,
  );
  return waiting?.pid ?? null;
}

function shownTo({ socket }: Person): string[] {
  return socket.events.flatMap((event) => (event.type === 'message' ? [event.content ?? ''] : []));
}

async function storedTexts(): Promise<(string | null)[]> {
  const events = await storedEvents(sql, room.id);
  return events.filter(({ kind }) => kind === 'message').map(({ content }) => content);
}

function codeOf(reply: { type: string; code?: string }): string {
  return reply.code ?? reply.type;
}
