import { ChatError } from '@banter/protocol';
import { expect, test } from 'vitest';
import { createManualClock } from '../../../test/harness/clock.ts';
import { settle } from '../../../test/harness/hub.ts';
import { createScriptedDatabase, type ScriptedCall } from '../../../test/harness/scripted-database.ts';
import { createSearchIndex } from './search-index.ts';

/** An indexer on a scripted database, after its first sweep found the rooms in `behind`. */
async function createWorld(behind: { id: number; lag: number }[] = []) {
  const clock = createManualClock();
  const database = createScriptedDatabase();
  const problems: unknown[] = [];
  const lags: number[] = [];
  let isBusy = false;
  const index = createSearchIndex({
    database,
    clock,
    isBusy: () => isBusy,
    onLag: (events) => lags.push(events),
    onProblem: (error) => problems.push(error),
  });
  const call = (): ScriptedCall => {
    const last = database.calls.at(-1);
    if (!last) throw new Error('no statement is under way');
    return last;
  };
  const pass = async (ms: number) => {
    clock.advance(ms);
    await settle();
  };
  await settle();
  call().answer(behind);
  await settle();
  return {
    clock,
    database,
    problems,
    lags,
    index,
    call,
    pass,
    setBusy: (is: boolean) => {
      isBusy = is;
    },
    /** Answers the batch under way after `tookMs`. */
    async answer(tookMs: number, stillBehind: number[] = [], indexed = 1) {
      clock.advance(tookMs);
      call().answer([{ indexed, behind: stillBehind }]);
      await settle();
    },
  };
}

test('messages that arrive within 200 ms share a batch; a room that is still behind is in the next one', async () => {
  const { index, database, call, pass, answer } = await createWorld();
  for (const room of [1, 2, 1]) index.markBehind(room);
  await pass(199);
  expect(database.calls).toHaveLength(1);
  await pass(1);
  expect(call().params[0]).toEqual([1, 2]);
  index.markBehind(3);
  await answer(10, [2]);
  await pass(10);
  expect(call().params[0]).toEqual([3, 2]);
  await answer(10);
  await pass(10);
  expect(call().statement.name).toBe('searchIndex.flush');
  await answer(10);
  await pass(10_000);
  expect(database.calls).toHaveLength(4);
});

test('the pending list of trigrams is flushed every 300 messages, between batches', async () => {
  const { index, database, pass, answer } = await createWorld();
  index.markBehind(1);
  await pass(200);
  for (let batch = 0; batch < 4; batch++) {
    await answer(10, [1], 100);
    await pass(10);
  }
  const names = database.calls.map(({ statement }) => statement.name.replace('searchIndex.', ''));
  expect(names).toEqual(['listBehind', 'indexBatch', 'indexBatch', 'indexBatch', 'flush', 'indexBatch']);
});

test('while people wait for the store it rests nine times as long as it works, otherwise just as long', async () => {
  const { index, database, pass, answer, setBusy } = await createWorld();
  index.markBehind(1);
  await pass(200);
  await answer(40, [1]);
  await pass(39);
  expect(database.calls).toHaveLength(2);
  await pass(1);
  expect(database.calls).toHaveLength(3);
  setBusy(true);
  await answer(40, [1]);
  await pass(359);
  expect(database.calls).toHaveLength(3);
  await pass(1);
  expect(database.calls).toHaveLength(4);
});

test('rooms that other servers have locked are tried again after 200 ms, not at once', async () => {
  const { index, database, pass, answer } = await createWorld();
  index.markBehind(1);
  await pass(200);
  await answer(1, [1], 0);
  await pass(199);
  expect(database.calls).toHaveLength(2);
  await pass(1);
  expect(database.calls).toHaveLength(3);
});

test('a failed batch is retried after a pause', async () => {
  const { index, database, call, pass, problems } = await createWorld();
  index.markBehind(7);
  await pass(200);
  call().fail(new ChatError('unavailable'));
  await settle();
  await pass(999);
  expect(database.calls).toHaveLength(2);
  await pass(1);
  expect(call().params[0]).toEqual([7]);
  expect(problems).toHaveLength(1);
});

test('it checks all rooms at the start and once a minute, and reports the lag', async () => {
  const { lags, call, pass, answer } = await createWorld([
    { id: 4, lag: 10 },
    { id: 5, lag: 3 },
  ]);
  expect(lags).toEqual([13]);
  await pass(200);
  expect(call().params[0]).toEqual([4, 5]);
  await answer(10, [], 0);
  await pass(60_000);
  call().answer([]);
  await settle();
  expect(lags).toEqual([13, 0]);
});

test('once closed, it starts no work', async () => {
  const { index, database, pass, clock } = await createWorld();
  index.markBehind(1);
  await index.close();
  await pass(120_000);
  expect(database.calls).toHaveLength(1);
  expect(database.isClosed).toBe(true);
  index.markBehind(2);
  expect(clock.pending).toBe(0);
});
