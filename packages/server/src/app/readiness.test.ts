import { expect, test } from 'vitest';
import { createManualClock } from '../../test/harness/clock.ts';
import { READY_PERIOD_MS, READY_TIMEOUT_MS, Readiness } from './readiness.ts';

function create() {
  const clock = createManualClock();
  const pings: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const readiness = new Readiness({
    clock,
    ping: () => new Promise<void>((resolve, reject) => void pings.push({ resolve, reject })),
  });
  return { clock, pings, readiness };
}

test('the store is asked once a second, however often anybody asks for the state', async () => {
  const { clock, pings, readiness } = create();
  const first = readiness.check();
  expect(readiness.whyNot()).toContain('cannot be reached');
  pings[0]?.resolve();
  await first;
  for (let i = 0; i < 1_000; i++) expect(readiness.whyNot()).toBeNull();
  expect(pings).toHaveLength(1);
  clock.advance(READY_PERIOD_MS);
  expect(pings).toHaveLength(2);
  clock.advance(READY_PERIOD_MS);
  expect(pings).toHaveLength(2);
});

test('a store that fails or answers too late is not ready, until it answers', async () => {
  const { clock, pings, readiness } = create();
  const first = readiness.check();
  pings[0]?.reject(new Error('refused'));
  await first;
  expect(readiness.whyNot()).toContain('cannot be reached');
  const second = readiness.check();
  pings[1]?.resolve();
  await second;
  const third = readiness.check();
  clock.advance(READY_TIMEOUT_MS - 1);
  expect(readiness.whyNot()).toBeNull();
  clock.advance(1);
  expect(readiness.whyNot()).toContain('does not answer');
  pings[2]?.resolve();
  await third;
  expect(readiness.whyNot()).toBeNull();
});

test('a stopping server is not ready, and stops asking the database', () => {
  const { clock, pings, readiness } = create();
  readiness.beginStop();
  expect(readiness.whyNot()).toContain('stopping');
  readiness.stop();
  clock.advance(10 * READY_PERIOD_MS);
  expect(pings).toHaveLength(0);
});
