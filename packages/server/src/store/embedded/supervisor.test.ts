import { expect, test } from 'vitest';
import { until } from '../../../test/harness/wait.ts';
import type { Postmaster, ProcessExit } from './postmaster.ts';
import { superviseServer } from './supervisor.ts';

const log = () => {};

test('a server that ends is restarted every time', async () => {
  const fleet = createFleet();
  const supervisor = await superviseServer({ start: fleet.start, log, restartDelaysMs: [0] });
  fleet.crash();
  await until('the second runs', () => supervisor.pid() === 2);
  fleet.crash();
  await until('the third runs', () => supervisor.pid() === 3);
  await supervisor.stop();
  expect(await supervisor.ended).toEqual({ reason: 'stopped' });
  expect(fleet.started()).toBe(3);
});

test('a failed restart is repeated, and after the last attempt the supervisor reports why it failed', async () => {
  const fleet = createFleet([2, 4, 5]);
  const supervisor = await superviseServer({ start: fleet.start, log, restartDelaysMs: [0, 0] });
  fleet.crash();
  await until('the third runs', () => supervisor.pid() === 3);
  fleet.crash();
  expect(await supervisor.ended).toEqual({ reason: 'failed', error: new Error('start 5 fails') });
  await supervisor.stop();
});

test('a stop during the wait before a restart takes effect at once', async () => {
  const fleet = createFleet([2]);
  const supervisor = await superviseServer({ start: fleet.start, log, restartDelaysMs: [0, 3_600_000] });
  fleet.crash();
  await until('the restart has failed once', () => fleet.started() === 2);
  await Promise.all([supervisor.stop(), supervisor.stop()]);
  expect(await supervisor.ended).toEqual({ reason: 'stopped' });
});

test('the error of a failed first start is thrown', async () => {
  await expect(superviseServer({ start: createFleet([1]).start, log })).rejects.toThrow('start 1 fails');
});

/** Starts fake servers, numbered from 1. The starts in `failing` fail. */
function createFleet(failing: number[] = []) {
  let count = 0;
  let end = (_: ProcessExit) => {};
  const start = async (): Promise<Postmaster> => {
    count += 1;
    if (failing.includes(count)) throw new Error(`start ${count} fails`);
    const exited = new Promise<ProcessExit>((resolve) => {
      end = resolve;
    });
    const stop = async () => end({ code: 0, signal: null });
    return { pid: count, exited, stop };
  };
  return { start, started: () => count, crash: () => end({ code: null, signal: 'SIGKILL' }) };
}
