import { beforeEach, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '../../../test/harness/clock.ts';
import { FAILURE_ROWS_MAX, FAILURES_PERIOD_MS, FailedSignIns } from './failed-sign-ins.ts';

let clock: ManualClock;
let failures: FailedSignIns;
let rows: object[];

beforeEach(() => {
  clock = createManualClock();
  rows = [];
  const record = async ({ subject }: { subject: object }) => void rows.push(subject);
  failures = new FailedSignIns({ audit: { record }, clock, onProblem: () => {} });
  failures.start();
});

async function nextPeriod(): Promise<void> {
  clock.advance(FAILURES_PERIOD_MS);
  await new Promise((resolve) => setImmediate(resolve));
}

test('the first failure of an account and network is written at once, the others as one number', async () => {
  for (let i = 0; i < 5; i++) failures.record(7, '203.0.113.9');
  failures.record(7, '203.0.113.10');
  failures.record(null, '203.0.113.9');
  const first = [
    { userId: 7, address: '203.0.113.9' },
    { userId: 7, address: '203.0.113.10' },
    { address: '203.0.113.9' },
  ];
  expect(rows).toEqual(first);
  await nextPeriod();
  expect(rows).toEqual([...first, { userId: 7, address: '203.0.113.9', more: 4 }]);
  failures.record(7, '203.0.113.9');
  expect(rows.at(-1)).toEqual(first[0]);
});

test('[G3] a flood from many networks at many accounts makes few rows, and every failure is counted', async () => {
  for (let i = 0; i < 10_000; i++) failures.record(i % 700, `10.0.${i % 251}.${i % 13}`);
  expect(rows).toHaveLength(FAILURE_ROWS_MAX);
  await nextPeriod();
  expect(rows.length).toBeLessThanOrEqual(2 * FAILURE_ROWS_MAX + 1);
  const failed = rows.reduce<number>((sum, row) => sum + ('more' in row ? Number(row.more) : 1), 0);
  expect(failed).toBe(10_000);
});

test('stop writes the counts, and a store that is away is reported', async () => {
  for (let i = 0; i < 3; i++) failures.record(7, '203.0.113.9');
  await failures.stop();
  expect(rows).toEqual([
    { userId: 7, address: '203.0.113.9' },
    { userId: 7, address: '203.0.113.9', more: 2 },
  ]);
  const problems: unknown[] = [];
  const away = new FailedSignIns({
    audit: { record: () => Promise.reject(new Error('away')) },
    clock,
    onProblem: (error) => problems.push(error),
  });
  away.record(7, '203.0.113.9');
  await away.stop();
  expect(problems).toHaveLength(1);
});
