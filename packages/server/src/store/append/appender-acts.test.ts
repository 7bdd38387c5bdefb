import type { Role } from '@banter/protocol';
import { describe, expect, test } from 'vitest';
import { AT, createLaneWorld, stored, UNKNOWN } from '../../../test/harness/appender.ts';
import { settle } from '../../../test/harness/hub.ts';

describe('an act', () => {
  const actor = { id: 2, username: 'ann' };

  test('is stored in a statement of its own, between the messages before and after it', async () => {
    const { send, call, appender, told } = createLaneWorld();
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

  test('that changes nothing makes no event, and one that is rejected says why', async () => {
    const { call, appender, told } = createLaneWorld();
    const same = appender.change({ type: 'join', roomId: 1, actor });
    (await call()).answer([{ item: 1, outcome: 'unchanged', seq: 0, at: AT }]);
    expect(await same).toEqual({ changed: false });
    const rejected = appender.change({ type: 'topic', roomId: 1, actor, topic: 'tea' });
    (await call()).answer([{ item: 1, outcome: 'forbidden', seq: 0, at: AT }]);
    await expect(rejected).rejects.toMatchObject({ code: 'forbidden' });
    expect(told).toEqual([]);
  });

  test('that joins or leaves shares its statement with others, one per person; other acts do not', async () => {
    const { call, appender, database } = createLaneWorld();
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

  test('[S3] whose answer was lost is repeated; its room is reported as uncertain when the repeat finds it done', async () => {
    const { call, appender, uncertain, pass } = createLaneWorld();
    const left = appender.change({ type: 'leave', roomId: 5, actor });
    (await call()).fail(UNKNOWN);
    await settle();
    await pass(100);
    (await call()).answer([{ item: 1, outcome: 'unchanged', seq: 0, at: AT }]);
    expect(await left).toEqual({ changed: false, isUncertain: true });
    expect(uncertain).toEqual([5]);
  });

  test('[S3] of stepping down whose answer was lost is not rejected because it was done', async () => {
    const { call, appender, uncertain, pass } = createLaneWorld();
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
