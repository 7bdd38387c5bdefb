import { beforeEach, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '../../../test/harness/clock.ts';
import type { SessionUse } from '../../store/sessions.ts';
import { LAST_USE_PERIOD_MS, LastUse } from './last-use.ts';

let clock: ManualClock;
let lastUse: LastUse;
let written: SessionUse[][];
let problems: unknown[];
let isAway: boolean;

beforeEach(() => {
  clock = createManualClock();
  [written, problems, isAway] = [[], [], false];
  const touch = async (uses: readonly SessionUse[]) => {
    if (isAway) throw new Error('away');
    written.push([...uses]);
  };
  lastUse = new LastUse({ sessions: { touch }, clock, onProblem: (error) => problems.push(error) });
  lastUse.start();
});

async function period(): Promise<void> {
  clock.advance(LAST_USE_PERIOD_MS);
  await new Promise((resolve) => setImmediate(resolve));
}

test('a session is written once a period, with its last use', async () => {
  for (let i = 0; i < 100; i++) {
    clock.advance(10);
    lastUse.record(7);
  }
  const at = new Date(clock.wall());
  expect(written).toEqual([]);
  await period();
  expect(written).toEqual([[{ sessionId: 7, at }]]);
  await period();
  expect(written).toHaveLength(1);
});

test('very many sessions are written in batches, each once', async () => {
  for (let id = 1; id <= 2_500; id++) lastUse.record(id);
  await period();
  expect(written.map(({ length }) => length)).toEqual([1_000, 1_000, 500]);
  expect(new Set(written.flat().map(({ sessionId }) => sessionId)).size).toBe(2_500);
});

test('a use that could not be written goes with the next period, unless there is a newer one', async () => {
  lastUse.record(1);
  lastUse.record(2);
  const first = new Date(clock.wall());
  isAway = true;
  await period();
  expect(problems).toHaveLength(1);
  expect(lastUse.of(1)).toBe(first.toISOString());
  isAway = false;
  lastUse.record(2);
  const second = new Date(clock.wall());
  await period();
  expect(written.flat()).toEqual(
    expect.arrayContaining([
      { sessionId: 1, at: first },
      { sessionId: 2, at: second },
    ]),
  );
});

test('the stop writes the uses of the last period', async () => {
  lastUse.record(7);
  await lastUse.stop();
  expect(written).toEqual([[{ sessionId: 7, at: new Date(clock.wall()) }]]);
  lastUse.record(7);
  await period();
  expect(written).toHaveLength(1);
});

test('the stop reports a store that is away', async () => {
  lastUse.record(7);
  isAway = true;
  await lastUse.stop();
  expect(problems).toHaveLength(1);
});
