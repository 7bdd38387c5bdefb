import { describe, expect, test } from 'vitest';
import { AT, createLaneWorld, idsOf, stored, toMessage, UNKNOWN } from '../../../test/harness/appender.ts';
import { settle } from '../../../test/harness/hub.ts';
import { OrderGate } from './order-gate.ts';

describe('a message', () => {
  test('[S1] is published after its commit, and answered after that', async () => {
    const { send, call, told } = createLaneWorld();
    send('a');
    send('b');
    const statement = await call();
    expect(idsOf(statement)).toEqual(['a', 'b']);
    expect(told).toEqual([]);
    statement.answer(stored(1, 2));
    await settle();
    expect(told).toEqual(['message 1', 'message 2', 'a ok 1', 'b ok 2']);
  });

  test('that arrives during a commit waits for the next batch', async () => {
    const { send, call, database, told } = createLaneWorld();
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

  test('[S2] sent again is answered with its first seq, and not published again', async () => {
    const { send, call, told } = createLaneWorld();
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
    ['unknown code', 'internal'],
  ])('with the outcome %s is rejected as %s, and the rest of its batch is stored', async (outcome, code) => {
    const { send, call, told } = createLaneWorld();
    send('a');
    send('b');
    (await call()).answer([{ item: 1, outcome, seq: 0, at: AT }, ...stored(1, 2).slice(1)]);
    await settle();
    expect(told).toEqual(['message 2', `a ${code}`, 'b ok 2']);
  });

  test('is in a batch of at most 500 messages and 256 KiB of UTF-8', async () => {
    const { send, call, told } = createLaneWorld();
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

  test('that breaks its statement is isolated by bisection, and the others are stored', async () => {
    const { send, database, told } = createLaneWorld();
    for (const id of ['a', 'b', 'bad', 'd']) send(id);
    await settle();
    for (let seq = 1; database.calls.length < 8; ) {
      const call = database.calls.at(-1);
      const ids = call ? (idsOf(call) as string[]) : [];
      if (ids.includes('bad')) call?.fail(new Error('bad message'));
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

describe('limits', () => {
  test('with 10,000 jobs waiting, a send is rejected as overloaded, with a time to retry', async () => {
    const { appender, send, told } = createLaneWorld();
    for (let i = 0; i < 10_000; i++) send(`m${i}`);
    const rejected = appender.append(toMessage('too many', {}));
    await expect(rejected).rejects.toMatchObject({ code: 'overloaded', retryAfterMs: 1_000 });
    expect(appender.depth()).toBe(10_000);
    expect(told).toEqual([]);
  });

  test('a send that would wait more than 2 s, by the pace of the last commits, is rejected at once', async () => {
    const { appender, send, call, clock } = createLaneWorld();
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

describe('the estimated delay', () => {
  test('ignores an outage: once the store is back, sends are accepted', async () => {
    const { clock, appender, send, call, pass, told } = createLaneWorld();
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

  test('counts bytes: long texts fill a batch sooner than short ones', async () => {
    const { clock, appender, send, call } = createLaneWorld();
    send('slow one');
    const first = await call();
    clock.advance(2_600);
    first.answer(stored(1, 1));
    await settle();
    send('in flight');
    await call();
    // The pace is 520 ms now, so three batches may wait. 200 texts of 8,000 bytes are more than that.
    for (let i = 0; i < 200; i++) send(`long${i}`, { content: 'x'.repeat(8_000) });
    await expect(appender.append(toMessage('x', {}))).rejects.toMatchObject({ code: 'overloaded' });
  });
});

describe('order', () => {
  test('[S4] a send that waits behind a withdrawn one of its connection is rejected with order_gap', async () => {
    const { send, call, told, pass } = createLaneWorld();
    const gate = new OrderGate();
    const ticket = (id: string) => gate.enter(id) ?? undefined;
    send('other');
    await call();
    send('a', {}, ticket('a'));
    await pass(300);
    send('b', {}, ticket('b'));
    send('free');
    await pass(4_200);
    expect(told).toEqual(['a unavailable']);
    expect(gate.enter('c')).toBeNull();
    (await call()).answer(stored(1, 1));
    const next = await call();
    expect(idsOf(next)).toEqual(['free']);
    await settle();
    expect(told).toContain('b order_gap');
    send('a', {}, ticket('a'));
    next.answer(stored(2, 1));
    expect(idsOf(await call())).toEqual(['a']);
  });

  test('[S4] a send that is rejected at once leaves a gap for the next one of the same turn', async () => {
    const { appender } = createLaneWorld();
    const gate = new OrderGate();
    await appender.close();
    const rejected = appender.append(toMessage('a', {}), gate.enter('a') ?? undefined);
    await expect(rejected).rejects.toMatchObject({ code: 'unavailable' });
    expect(gate.enter('b')).toBeNull();
  });
});

describe('closing', () => {
  test('accepts nothing new, waits for the jobs it has, and closes its connections', async () => {
    const { appender, send, call, clock, database, told } = createLaneWorld();
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

  test('waits no longer than its time limit, and reports no unknown outcome as an error', async () => {
    const { appender, send, call, clock, database, told } = createLaneWorld();
    send('a');
    const statement = await call();
    send('still queued');
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
    expect(told).toEqual(['still queued unavailable']);
  });
});
