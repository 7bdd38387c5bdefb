import { ChatError, type Role, type RoomEvent } from '@banter/protocol';
import { describe, expect, test } from 'vitest';
import { createManualClock } from '../../test/harness/clock.ts';
import { settle } from '../../test/harness/hub.ts';
import { createScriptedDatabase, type ScriptedCall } from '../../test/harness/scripted-database.ts';
import { createAppender, type NewMessage } from './appender.ts';
import { LineError, storeError } from './database/store-error.ts';
import { admit, createOrderGate } from './order-gate.ts';

const AT = '2026-01-01T00:00:00.000Z';
const AWAY = new ChatError('unavailable');
/** The line broke after the statement was sent. */
const UNKNOWN = storeError(new LineError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }), true));

/** One lane on a scripted database; what was published, what was answered, in one list. */
function createWorld() {
  const clock = createManualClock();
  const database = createScriptedDatabase();
  const told: string[] = [];
  const uncertain: number[] = [];
  const appender = createAppender({
    openDatabase: () => database,
    clock,
    lanes: 1,
    publish: (events: RoomEvent[]) => void told.push(...events.map(({ type, seq }) => `${type} ${seq}`)),
    onUncertain: (roomId) => void uncertain.push(roomId),
  });
  const note = (name: string) =>
    [
      (ok: { seq: number; duplicate?: boolean }) =>
        void told.push(`${name} ok ${ok.seq}${ok.duplicate ? ' again' : ''}`),
      (error: ChatError) => void told.push(`${name} ${error.code}`),
    ] as const;
  return {
    clock,
    database,
    told,
    uncertain,
    appender,
    send: (id: string, more: Partial<NewMessage> = {}, ticket?: Parameters<typeof appender.append>[1]) =>
      void appender.append(toMessage(id, more), ticket).then(...note(id)),
    /** The call under way, which is the last one. */
    async call(): Promise<ScriptedCall> {
      await settle();
      const call = database.calls.at(-1);
      if (!call) throw new Error('no statement is under way');
      return call;
    },
    /** Lets a pause of the lane pass. */
    async pass(ms: number): Promise<void> {
      clock.advance(ms);
      await settle();
    },
  };
}

function toMessage(id: string, more: Partial<NewMessage>): NewMessage {
  return { roomId: 1, userId: 2, username: 'ann', id, content: 'hi', ...more };
}

function idsOf({ params }: ScriptedCall): unknown {
  return params[2];
}

function stored(firstSeq: number, count: number, outcome = 'stored') {
  return Array.from({ length: count }, (_, i) => ({ item: i + 1, outcome, seq: firstSeq + i, at: AT }));
}

describe('storing', () => {
  test('[S1] publishes after the commit and answers after that', async () => {
    const { send, call, told } = createWorld();
    send('a');
    send('b');
    const statement = await call();
    expect(idsOf(statement)).toEqual(['a', 'b']);
    expect(told).toEqual([]);
    statement.answer(stored(1, 2));
    await settle();
    expect(told).toEqual(['message 1', 'message 2', 'a ok 1', 'b ok 2']);
  });

  test('gathers the next batch while one is being stored', async () => {
    const { send, call, database, told } = createWorld();
    send('a');
    const first = await call();
    for (const id of ['b', 'c', 'd']) send(id);
    await settle();
    expect(database.calls).toHaveLength(1);
    first.answer(stored(1, 1));
    const second = await call();
    expect(idsOf(second)).toEqual(['b', 'c', 'd']);
    second.answer(stored(2, 3));
    await settle();
    expect(told.slice(-3)).toEqual(['b ok 2', 'c ok 3', 'd ok 4']);
  });

  test('[S2] answers a repeat with the first one’s seq, and publishes nothing', async () => {
    const { send, call, told } = createWorld();
    send('a');
    (await call()).answer(stored(7, 1, 'duplicate'));
    await settle();
    expect(told).toEqual(['a ok 7 again']);
  });

  test.each([
    ['id_conflict', 'idempotency_conflict'],
    ['not_found', 'not_found'],
    ['not_member', 'not_member'],
    ['no_target', 'invalid'],
    ['something new', 'internal'],
  ])('%s refuses that one message as %s, and disturbs no other', async (outcome, code) => {
    const { send, call, told } = createWorld();
    send('a');
    send('b');
    (await call()).answer([{ item: 1, outcome, seq: 0, at: AT }, ...stored(1, 2).slice(1)]);
    await settle();
    expect(told).toEqual(['message 2', `a ${code}`, 'b ok 2']);
  });

  test('a batch ends at 500 messages, and before 256 KiB of UTF-8', async () => {
    const { send, call, told } = createWorld();
    for (let i = 0; i < 501; i++) send(`m${i}`);
    const first = await call();
    expect(idsOf(first)).toHaveLength(500);
    for (let i = 0; i < 60; i++) send(`big${i}`, { content: '\u6f22'.repeat(8_000) });
    first.answer(stored(1, 500));
    const second = await call();
    expect(told).toContain('m499 ok 500');
    // 10 texts of 24,000 bytes, and the small one before them.
    expect(idsOf(second)).toEqual(['m500', ...Array.from({ length: 10 }, (_, i) => `big${i}`)]);
  });

  test('what one message does to a statement is found by halving: the others are stored', async () => {
    const { send, database, told } = createWorld();
    for (const id of ['a', 'b', 'bad', 'd']) send(id);
    await settle();
    for (let seq = 1; database.calls.length < 8; ) {
      const call = database.calls.at(-1);
      const ids = call ? (idsOf(call) as string[]) : [];
      if (ids.includes('bad')) call?.fail(new Error('the store does not like this'));
      else {
        call?.answer(stored(seq, ids.length));
        seq += ids.length;
      }
      const before = database.calls.length;
      await settle();
      if (database.calls.length === before) break;
    }
    expect(told.filter((line) => !line.startsWith('message')).sort()).toEqual([
      'a ok 1',
      'b ok 2',
      'bad internal',
      'd ok 3',
    ]);
  });
});

describe('an act', () => {
  const actor = { id: 2, username: 'ann' };

  test('is stored alone, between the messages before and behind it', async () => {
    const { send, call, appender, told } = createWorld();
    send('a');
    const joined = appender.change({ type: 'join', roomId: 1, actor });
    send('b');
    (await call()).answer(stored(1, 1));
    const act = await call();
    expect(act.statement.name).toBe('append.entries');
    act.answer([{ item: 1, outcome: 'done', seq: 2, at: AT }]);
    (await call()).answer(stored(3, 1));
    await settle();
    expect(told).toEqual(['message 1', 'a ok 1', 'join 2', 'message 3', 'b ok 3']);
    expect(await joined).toMatchObject({ changed: true, event: { type: 'join', seq: 2, userId: 2 } });
  });

  test('that changes nothing is no event, and one that is refused says why', async () => {
    const { call, appender, told } = createWorld();
    const same = appender.change({ type: 'join', roomId: 1, actor });
    (await call()).answer([{ item: 1, outcome: 'unchanged', seq: 0, at: AT }]);
    expect(await same).toEqual({ changed: false });
    const refused = appender.change({ type: 'topic', roomId: 1, actor, topic: 'tea' });
    (await call()).answer([{ item: 1, outcome: 'forbidden', seq: 0, at: AT }]);
    await expect(refused).rejects.toMatchObject({ code: 'forbidden' });
    expect(told).toEqual([]);
  });

  test('of joining or leaving shares its statement with others, a person once; other acts stand alone', async () => {
    const { call, appender, database } = createWorld();
    const person = (id: number) => ({ id, username: `user${id}` });
    const act = (type: 'join' | 'leave', id: number, roomId = 1) =>
      appender.change({ type, roomId, actor: person(id) });
    const results = [act('join', 1), act('join', 2), act('leave', 3), act('join', 1, 5), act('leave', 1)];
    results.push(appender.change({ type: 'topic', roomId: 1, actor, topic: 'tea' }), act('join', 4));
    const ended = Promise.allSettled(results);
    const crowd = await call();
    expect(crowd.params).toEqual([
      [1, 1, 1, 5],
      [1, 2, 3, 1],
      ['join', 'join', 'leave', 'join'],
    ]);
    const done = (seqs: number[]) => seqs.map((seq, i) => ({ item: i + 1, outcome: 'done', seq, at: AT }));
    crowd.answer([
      ...done([1, 2]),
      { item: 3, outcome: 'not_found', seq: 0, at: AT },
      ...done([0, 0, 0, 1]).slice(3),
    ]);
    const again = await call();
    expect(again.params).toEqual([[1], [1], ['leave']]);
    again.answer(done([3]));
    const topic = await call();
    expect(topic.statement.name).toBe('append.topic');
    topic.answer(done([4]));
    (await call()).answer(done([5]));
    const ends = await ended;
    expect(
      ends.map((end) =>
        end.status === 'fulfilled' ? 'event' in end.value && end.value.event.seq : end.reason.code,
      ),
    ).toEqual([1, 2, 'not_found', 1, 3, 4, 5]);
    expect(database.calls).toHaveLength(4);
  });

  test('[S3] whose answer was lost is repeated; its room is looked after when the repeat finds it done', async () => {
    const { call, appender, uncertain, pass } = createWorld();
    const left = appender.change({ type: 'leave', roomId: 5, actor });
    (await call()).fail(UNKNOWN);
    await settle();
    await pass(100);
    (await call()).answer([{ item: 1, outcome: 'unchanged', seq: 0, at: AT }]);
    expect(await left).toEqual({ changed: false, isUncertain: true });
    expect(uncertain).toEqual([5]);
  });

  test('[S3] stepping down whose answer was lost is not refused because it was done', async () => {
    const { call, appender, uncertain, pass } = createWorld();
    const lost = async (role: Role) => {
      const done = appender.change({ type: 'role', roomId: 5, actor, target: actor, role });
      (await call()).fail(UNKNOWN);
      await settle();
      await pass(100);
      (await call()).answer([{ item: 1, outcome: 'forbidden', seq: 0, at: AT }]);
      return done;
    };
    expect(await lost('member')).toEqual({ changed: false, isUncertain: true });
    expect(uncertain).toEqual([5]);
    await expect(lost('owner')).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('a store that is away', () => {
  test('[S3] an unknown outcome is nobody’s error: the same batch again is answered ok and published once', async () => {
    const { send, call, database, told, pass } = createWorld();
    send('a');
    send('b');
    (await call()).fail(UNKNOWN);
    await settle();
    send('c');
    await pass(100);
    const again = await call();
    expect(idsOf(again)).toEqual(['a', 'b']);
    expect(told).toEqual([]);
    again.answer(stored(1, 2, 'duplicate'));
    await settle();
    expect(told).toEqual(['message 1', 'message 2', 'a ok 1 again', 'b ok 2 again']);
    expect(idsOf(await call())).toEqual(['c']);
    expect(database.calls).toHaveLength(3);
  });

  test('[S3] an unknown outcome stays unknown, however long the store is away', async () => {
    const { send, call, told, pass } = createWorld();
    send('a');
    (await call()).fail(UNKNOWN);
    for (let round = 0; round < 100; round++) {
      await settle();
      await pass(100);
      (await call()).fail(AWAY);
    }
    await settle();
    expect(told).toEqual([]);
  });

  test('[S6] what certainly was not stored is tried again, and withdrawn within 5 s', async () => {
    const { clock, send, call, told, pass } = createWorld();
    send('a');
    while (told.length === 0 && clock.now() < 10_000) {
      (await call()).fail(AWAY);
      await settle();
      await pass(100);
    }
    expect(told).toEqual(['a unavailable']);
    expect(clock.now()).toBeGreaterThan(4_000);
    expect(clock.now()).toBeLessThan(5_000);
  });

  test('[S6] what waits behind a statement that hangs is withdrawn within 5 s', async () => {
    const { send, call, told, pass } = createWorld();
    send('a');
    await call();
    send('b');
    await pass(4_400);
    expect(told).toEqual([]);
    send('c');
    await pass(400);
    expect(told).toEqual(['b unavailable']);
  });

  test('[S6] that refuses after a long wait for a lock is asked again only for what can still be answered within 5 s', async () => {
    const { clock, send, call, told, pass } = createWorld();
    send('a');
    const locked = await call();
    await pass(3_000);
    send('b');
    await pass(800);
    send('c');
    await pass(200);
    locked.fail(AWAY);
    await settle();
    expect(told).toEqual(['a unavailable', 'b unavailable']);
    await pass(100);
    const again = await call();
    expect(idsOf(again)).toEqual(['c']);
    await pass(4_000);
    again.fail(AWAY);
    await settle();
    expect(told.at(-1)).toBe('c unavailable');
    expect(clock.now() - 3_800).toBeLessThan(5_000);
  });

  test('[S6] that answers no ping gets no batch: what waits for it can be withdrawn within 5 s', async () => {
    const { clock, send, call, database, told, pass } = createWorld();
    send('a');
    (await call()).fail(AWAY);
    database.isAway = true;
    await settle();
    while (told.length === 0 && clock.now() < 10_000) await pass(100);
    expect(told).toEqual(['a unavailable']);
    expect(clock.now()).toBeLessThan(5_000);
    expect(database.calls).toHaveLength(1);
    send('b');
    await pass(200);
    database.isAway = false;
    await pass(200);
    expect(idsOf(await call())).toEqual(['b']);
  });

  test('[S4] in the middle of a batch that is taken apart keeps the order: what comes later does not overtake', async () => {
    const { send, call, told, pass } = createWorld();
    for (const id of ['a', 'b', 'c', 'd']) send(id);
    (await call()).fail(new Error('one of them is poison'));
    const firstHalf = await call();
    expect(idsOf(firstHalf)).toEqual(['a', 'b']);
    firstHalf.fail(AWAY);
    await settle();
    await pass(200);
    const again = await call();
    expect(idsOf(again)).toEqual(['a', 'b', 'c', 'd']);
    again.answer(stored(1, 4));
    await settle();
    expect(told.slice(-4)).toEqual(['a ok 1', 'b ok 2', 'c ok 3', 'd ok 4']);
  });

  test('[S6] that is back in time stores everything in the order sent', async () => {
    const { send, call, told, pass } = createWorld();
    send('a');
    (await call()).fail(AWAY);
    await settle();
    send('b');
    await pass(100);
    const again = await call();
    expect(idsOf(again)).toEqual(['a', 'b']);
    again.answer(stored(1, 2));
    await settle();
    expect(told.slice(2)).toEqual(['a ok 1', 'b ok 2']);
  });
});

describe('limits', () => {
  test('over 10,000 that wait, sends are refused as overloaded, with a time to come back', async () => {
    const { appender, send, told } = createWorld();
    for (let i = 0; i < 10_000; i++) send(`m${i}`);
    const refused = appender.append(toMessage('one too many', {}));
    await expect(refused).rejects.toMatchObject({ code: 'overloaded', retryAfterMs: 1_000 });
    expect(appender.depth()).toBe(10_000);
    expect(told).toEqual([]);
  });

  test('what would have to wait longer than 2 s by the pace of the last commits is refused at once', async () => {
    const { appender, send, call, clock } = createWorld();
    send('slow one');
    const statement = await call();
    for (let i = 0; i < 600; i++) send(`m${i}`);
    clock.advance(4_000);
    statement.answer(stored(1, 1));
    await call();
    for (let i = 0; i < 1_001; i++) send(`n${i}`);
    await expect(appender.append(toMessage('x', {}))).rejects.toMatchObject({ code: 'overloaded' });
  });
});

describe('the estimate', () => {
  test('knows no outage: once the store is back, what comes is let in', async () => {
    const { clock, appender, send, call, pass, told } = createWorld();
    send('in flight');
    const lost = await call();
    clock.advance(4_250);
    lost.fail(UNKNOWN);
    await settle();
    await pass(100);
    const again = await call();
    clock.advance(4_000);
    again.answer(stored(1, 1));
    await settle();
    send('first');
    await call();
    for (let i = 0; i < 1_500; i++) send(`after${i}`);
    await settle();
    expect(told).toEqual(['message 1', 'in flight ok 1']);
    expect(appender.depth()).toBe(1_501);
  });

  test('counts bytes: long texts fill batches sooner than short ones', async () => {
    const { clock, appender, send, call } = createWorld();
    send('slow one');
    const first = await call();
    clock.advance(2_600);
    first.answer(stored(1, 1));
    await settle();
    send('in flight');
    await call();
    // The pace is 520 ms now: three batches are as much as may wait, and 200 texts of 8,000 bytes are more.
    for (let i = 0; i < 200; i++) send(`long${i}`, { content: 'x'.repeat(8_000) });
    await expect(appender.append(toMessage('x', {}))).rejects.toMatchObject({ code: 'overloaded' });
  });
});

describe('order', () => {
  test('[S4] what waits behind a withdrawn send of its connection is refused with order_gap', async () => {
    const { send, call, told, pass } = createWorld();
    const gate = createOrderGate();
    const ticket = (id: string) => admit(gate, id) ?? undefined;
    send('other');
    await call();
    send('a', {}, ticket('a'));
    await pass(300);
    send('b', {}, ticket('b'));
    send('free');
    await pass(4_200);
    expect(told).toEqual(['a unavailable']);
    expect(admit(gate, 'c')).toBeNull();
    (await call()).answer(stored(1, 1));
    const next = await call();
    expect(idsOf(next)).toEqual(['free']);
    await settle();
    expect(told).toContain('b order_gap');
    send('a', {}, ticket('a'));
    next.answer(stored(2, 1));
    expect(idsOf(await call())).toEqual(['a']);
  });

  test('[S4] a send that is refused at once is a gap for the next one of the same turn', async () => {
    const { appender } = createWorld();
    const gate = createOrderGate();
    await appender.close();
    const refused = appender.append(toMessage('a', {}), admit(gate, 'a') ?? undefined);
    await expect(refused).rejects.toMatchObject({ code: 'unavailable' });
    expect(admit(gate, 'b')).toBeNull();
  });
});

describe('closing', () => {
  test('takes nothing new, waits for what was taken, and closes its connections', async () => {
    const { appender, send, call, clock, database, told } = createWorld();
    send('a');
    const statement = await call();
    const drained = appender.drain(3_000);
    await expect(appender.append(toMessage('b', {}))).rejects.toMatchObject({ code: 'unavailable' });
    statement.answer(stored(1, 1));
    await settle();
    expect(database.isClosed).toBe(false);
    clock.advance(10);
    await drained;
    await appender.close();
    expect(told).toContain('a ok 1');
    expect(database.isClosed).toBe(true);
  });

  test('waits no longer than it was told to, and reports no unknown outcome as an error', async () => {
    const { appender, send, call, clock, database, told } = createWorld();
    send('a');
    const statement = await call();
    send('waits behind it');
    const drained = appender.drain(3_000);
    for (let ms = 0; ms <= 3_000; ms += 10) {
      clock.advance(10);
      await Promise.resolve();
    }
    await drained;
    await appender.close();
    expect(database.isClosed).toBe(true);
    statement.fail(UNKNOWN);
    await settle();
    expect(told).toEqual(['waits behind it unavailable']);
  });
});
