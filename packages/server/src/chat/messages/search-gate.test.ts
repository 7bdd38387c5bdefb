import { describe, expect, it } from 'vitest';
import { SearchGate } from './search-gate.ts';

const LIMITS = { running: 2, waiting: 3, waitingOfOne: 2 };

/** Work that a test starts and ends. */
function work(): { run: () => Promise<string>; started: () => boolean; end: (error?: Error) => void } {
  let isStarted = false;
  let settle: (error?: Error) => void = () => {};
  const done = new Promise<string>((resolve, reject) => {
    settle = (error) => (error ? reject(error) : resolve('done'));
  });
  return {
    run() {
      isStarted = true;
      return done;
    },
    started: () => isStarted,
    end: (error) => settle(error),
  };
}

const never = () => new Promise<string>(() => {});
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the gate of searches', () => {
  it('[F7] runs a limited number of searches, queues the others in order, and goes on after a failure', async () => {
    const gate = new SearchGate(LIMITS);
    const works = [work(), work(), work(), work()];
    const passed = works.map((each, i) => gate.pass(i, each.run));
    await turn();
    expect(works.map((each) => each.started())).toEqual([true, true, false, false]);
    works[1]?.end(new Error('failed'));
    await expect(passed[1]).rejects.toThrow('failed');
    await turn();
    expect(works.map((each) => each.started())).toEqual([true, true, true, false]);
    for (const each of works) each.end();
    await expect(Promise.all(passed.toSpliced(1, 1))).resolves.toEqual(['done', 'done', 'done']);
    await expect(gate.pass(1, async () => 'again')).resolves.toBe('again');
  });

  it('[F7] runs one search of a person at a time, and lets other people overtake their queue', async () => {
    const gate = new SearchGate(LIMITS);
    const [one, other] = [1, 2];
    const works = [work(), work(), work(), work()];
    const passed = [one, one, other, other].map((who, i) => gate.pass(who, works[i]?.run ?? never));
    const started = () => works.map((each) => each.started());
    await turn();
    expect(started()).toEqual([true, false, true, false]);
    works[2]?.end();
    await turn();
    expect(started()).toEqual([true, false, true, true]);
    works[0]?.end();
    await turn();
    expect(started()).toEqual([true, true, true, true]);
    for (const each of works) each.end();
    await Promise.all(passed);
  });

  it('[F7] rejects a person with too many waiting searches, and everybody when too many wait', async () => {
    const gate = new SearchGate(LIMITS);
    const busy = work();
    const [one, other, third] = [1, 2, 3];
    const passed = [one, one, one].map((who) => gate.pass(who, busy.run));
    const refusal = { code: 'overloaded', retryAfterMs: 1_000 };
    await expect(gate.pass(one, busy.run)).rejects.toMatchObject(refusal);
    passed.push(gate.pass(other, busy.run), gate.pass(other, busy.run));
    await expect(gate.pass(third, busy.run)).rejects.toMatchObject(refusal);
    busy.end();
    await Promise.all(passed);
    await expect(gate.pass(third, async () => 'free')).resolves.toBe('free');
  });
});
