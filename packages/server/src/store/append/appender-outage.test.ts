import { describe, expect, test } from 'vitest';
import { AWAY, createLaneWorld, idsOf, stored, UNKNOWN } from '../../../test/harness/appender.ts';
import { settle } from '../../../test/harness/hub.ts';

describe('an absent store', () => {
  test('[S3] an unknown outcome is no error: the same batch is repeated, answered ok and published once', async () => {
    const { send, call, database, told, pass } = createLaneWorld();
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

  test('[S3] an unknown outcome stays pending, however long the store is absent', async () => {
    const { send, call, told, pass } = createLaneWorld();
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

  test('[S6] a message that was certainly not stored is retried, and withdrawn within 5 s', async () => {
    const { clock, send, call, told, pass } = createLaneWorld();
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

  test('[S6] a message that waits behind a hanging statement is withdrawn within 5 s', async () => {
    const { send, call, told, pass } = createLaneWorld();
    send('a');
    await call();
    send('b');
    await pass(4_400);
    expect(told).toEqual([]);
    send('c');
    await pass(400);
    expect(told).toEqual(['b unavailable']);
  });

  test('[S6] after a long lock wait, only messages that can still be answered within 5 s are retried', async () => {
    const { clock, send, call, told, pass } = createLaneWorld();
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

  test('[S6] a store that answers no ping gets no batch, so that waiting messages are withdrawn within 5 s', async () => {
    const { clock, send, call, database, told, pass } = createLaneWorld();
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

  test('[S4] a store that goes away during a bisection keeps the order: later messages do not overtake', async () => {
    const { send, call, told, pass } = createLaneWorld();
    for (const id of ['a', 'b', 'c', 'd']) send(id);
    (await call()).fail(new Error('one message breaks the statement'));
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

  test('[S6] a store that is back in time stores everything in the order sent', async () => {
    const { send, call, told, pass } = createLaneWorld();
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
