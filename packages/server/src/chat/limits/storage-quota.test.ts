import type { ChatError } from '@banter/protocol';
import { beforeEach, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '../../../test/harness/clock.ts';
import { MESSAGE_BASE_BYTES, STORAGE_WRITE_PERIOD_MS, StorageQuota } from './storage-quota.ts';

const DAY_MS = 86_400_000;
const MIB = 1_024 * 1_024;
/** A text that, with its fixed amount, takes an eighth of a MiB. */
const EIGHTH = 'x'.repeat(MIB / 8 - MESSAGE_BASE_BYTES);

let clock: ManualClock;
/** The stored bytes, by day and account. */
let stored: Map<string, Map<number, number>>;
let isAway: boolean;
let problems: unknown[];

beforeEach(() => {
  clock = createManualClock(Date.UTC(2026, 0, 31, 20));
  [stored, isAway, problems] = [new Map(), false, []];
});

async function startQuota(bytesPerDay: number | null = MIB): Promise<StorageQuota> {
  const uses = {
    list: async (day: string) => new Map(stored.get(day) ?? []),
    async add(day: string, bytes: ReadonlyMap<number, number>) {
      if (isAway) throw new Error('away');
      const sums = stored.get(day) ?? new Map<number, number>();
      for (const [userId, more] of bytes) sums.set(userId, (sums.get(userId) ?? 0) + more);
      stored.set(day, sums);
    },
  };
  const quota = new StorageQuota({ uses, clock, onProblem: (error) => problems.push(error), bytesPerDay });
  await quota.start();
  return quota;
}

function refusalOf(quota: StorageQuota, userId: number, text = EIGHTH): ChatError | null {
  try {
    quota.take(userId, text);
    return null;
  } catch (error) {
    return error as ChatError;
  }
}

async function period(): Promise<void> {
  clock.advance(STORAGE_WRITE_PERIOD_MS);
  await new Promise((resolve) => setImmediate(resolve));
}

test('[L9] a person stores up to the quota of a day; the refusal says when the day ends; others are free', async () => {
  const quota = await startQuota();
  for (let i = 0; i < 8; i++) expect(refusalOf(quota, 1)).toBeNull();
  expect(refusalOf(quota, 1, '')).toMatchObject({ code: 'quota_exceeded', retryAfterMs: 4 * 3_600_000 });
  expect(refusalOf(quota, 1)?.message).toContain(
    '1 MiB of messages today: you can write again at 00:00 UTC, in about 4 hours',
  );
  expect(refusalOf(quota, 2)).toBeNull();
  clock.advance(4 * 3_600_000);
  expect(refusalOf(quota, 1)).toBeNull();
});

test('[L9] bytes count, not characters, and a text that was not stored is given back', async () => {
  const quota = await startQuota();
  for (let i = 0; i < 8; i++) quota.take(1, EIGHTH);
  quota.giveBack(1, EIGHTH);
  expect(refusalOf(quota, 1, '\u6771'.repeat(EIGHTH.length / 3 + 1))).not.toBeNull();
  expect(refusalOf(quota, 1, '\u6771'.repeat(EIGHTH.length / 3))).toBeNull();
});

test('[L9] a restart keeps the counts, a kill forgets one period, and a new day drops the old counts', async () => {
  const first = await startQuota();
  for (let i = 0; i < 4; i++) first.take(1, EIGHTH);
  await period();
  for (let i = 0; i < 3; i++) first.take(1, EIGHTH);
  const killed = await startQuota();
  for (let i = 0; i < 4; i++) expect(refusalOf(killed, 1)).toBeNull();
  expect(refusalOf(killed, 1)).not.toBeNull();
  await first.stop();
  expect(stored.get('2026-01-31')?.get(1)).toBe((7 / 8) * MIB);
  clock.advance(DAY_MS);
  expect(refusalOf(await startQuota(), 1)).toBeNull();
});

test('counts that could not be written go with the next period', async () => {
  const quota = await startQuota();
  quota.take(1, EIGHTH);
  isAway = true;
  await period();
  quota.take(1, EIGHTH);
  isAway = false;
  await period();
  expect(problems).toHaveLength(1);
  expect(stored.get('2026-01-31')?.get(1)).toBe(MIB / 4);
});

test('without a quota nothing is counted', async () => {
  const quota = await startQuota(null);
  for (let i = 0; i < 100; i++) quota.take(1, EIGHTH);
  await quota.stop();
  expect(stored.size).toBe(0);
  expect(clock.pending).toBe(0);
});
