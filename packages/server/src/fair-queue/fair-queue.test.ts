import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FairQueue } from './fair-queue.ts';
import type { FairQueueLimits, Spender } from './limits.ts';

const LIMITS: FairQueueLimits = {
  running: 4,
  runningOfNetwork: 3,
  runningOfPerson: 2,
  waiting: 12,
  waitingOfNetwork: 8,
  waitingOfPerson: 5,
};

const at = (network: string, person: number | string | null): Spender => ({ network, person });

/** Enters one after the other, and keeps the places. Records who got a place, and who was refused with which code. */
class Crowd {
  readonly queue = new FairQueue({ limits: LIMITS, subject: 'requests' });
  readonly started: string[] = [];
  readonly refused: string[] = [];
  readonly leaves: (() => void)[] = [];

  enter(name: string, spender: Spender, signal?: AbortSignal): void {
    this.queue.enter(spender, signal).then(
      (leave) => {
        this.started.push(name);
        this.leaves.push(leave);
      },
      (error) => this.refused.push(`${name} ${error.code ?? error}`),
    );
  }

  async leaveFirst(): Promise<void> {
    this.leaves.shift()?.();
    await settled();
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the caps', () => {
  test('a person runs two at once, from however many networks', async () => {
    const crowd = new Crowd();
    for (const network of ['a', 'b', 'c']) crowd.enter(network, at(network, 1));
    await settled();
    expect(crowd.started).toEqual(['a', 'b']);
    await crowd.leaveFirst();
    expect(crowd.started).toEqual(['a', 'b', 'c']);
  });

  test('a network runs three at once, and leaves a place for another', async () => {
    const crowd = new Crowd();
    for (const person of [1, 2, 3, 4]) crowd.enter(`a${person}`, at('a', person));
    crowd.enter('b9', at('b', 9));
    await settled();
    expect(crowd.started).toEqual(['a1', 'a2', 'a3', 'b9']);
  });

  test('a name that is no id counts on its own network only', async () => {
    const crowd = new Crowd();
    for (const network of ['a', 'a', 'a', 'b']) crowd.enter(network, at(network, 'ann'));
    await settled();
    expect(crowd.started).toEqual(['a', 'a', 'b']);
  });
});

describe('the turns', () => {
  test('go round the networks, and round the people of each', async () => {
    const crowd = new Crowd();
    for (const person of [1, 2, 3]) crowd.enter(`a${person}`, at('a', person));
    crowd.enter('b4', at('b', 4));
    for (const name of ['a1 second', 'a1 third']) crowd.enter(name, at('a', 1));
    crowd.enter('a2 second', at('a', 2));
    crowd.enter('b5', at('b', 5));
    await settled();
    crowd.started.length = 0;
    for (let i = 0; i < 4; i++) await crowd.leaveFirst();
    expect(crowd.started).toEqual(['a1 second', 'b5', 'a2 second', 'a1 third']);
  });

  test('one who waits may give up, and keeps no place', async () => {
    const crowd = new Crowd();
    const { signal, abort } = abortable();
    for (let i = 0; i < 2; i++) crowd.enter(`${i}`, at('a', 1));
    crowd.enter('gave up', at('a', 1), signal);
    crowd.enter('next', at('a', 1));
    abort();
    await settled();
    await crowd.leaveFirst();
    expect(crowd.refused).toEqual(['gave up gone']);
    expect(crowd.started).toEqual(['0', '1', 'next']);
  });

  test('work that fails gives its place back', async () => {
    const { queue } = new Crowd();
    const fail = () => Promise.reject(new Error('broken'));
    await expect(queue.run(at('a', 1), fail)).rejects.toThrow('broken');
    expect(queue.counts()).toEqual({ running: 0, waiting: 0, refused: 0 });
  });
});

describe('a full line of', () => {
  test('a person refuses this person alone, as rate_limited', async () => {
    const crowd = new Crowd();
    for (let i = 0; i < 8; i++) crowd.enter(`1 no. ${i}`, at('a', 1));
    crowd.enter('2', at('a', 2));
    await settled();
    expect(crowd.refused).toEqual(['1 no. 7 rate_limited']);
    expect(crowd.started).toContain('2');
  });

  test('a network drops the newest of its longest line for a neighbour', async () => {
    const crowd = new Crowd();
    for (let i = 0; i < 7; i++) crowd.enter(`1 no. ${i}`, at('a', 1));
    for (let i = 0; i < 4; i++) crowd.enter(`2 no. ${i}`, at('a', 2));
    crowd.enter('3', at('a', 3));
    await settled();
    expect(crowd.refused).toEqual(['1 no. 6 overloaded']);
  });

  test('everybody drops the newest of the fullest network for another network', async () => {
    const crowd = new Crowd();
    for (const person of [1, 2, 3, 4]) {
      const network = person < 3 ? 'a' : 'b';
      for (let i = 0; i < 5; i++) crowd.enter(`${network}${person} no. ${i}`, at(network, person));
    }
    await settled();
    const before = crowd.refused.length;
    crowd.enter('c', at('c', 5));
    await settled();
    expect(crowd.refused.length).toBe(before + 1);
    expect(crowd.refused.at(-1)).toMatch(/^[ab].* overloaded$/);
  });
});

test('within all bounds at any time, every entry ends, and nothing is kept', async () => {
  const step = fc.record({
    network: fc.constantFrom('a', 'b', 'c'),
    person: fc.constantFrom(1, 2, 3, 'x', null),
    leaves: fc.integer({ min: 0, max: 3 }),
  });
  const check = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
    const crowd = new Crowd();
    for (const [i, { network, person, leaves }] of steps.entries()) {
      crowd.enter(`${i}`, at(network, person));
      for (let n = 0; n < leaves; n++) await crowd.leaveFirst();
      const { running, waiting } = crowd.queue.counts();
      expect(running).toBeLessThanOrEqual(LIMITS.running);
      expect(waiting).toBeLessThanOrEqual(LIMITS.waiting);
    }
    await settled();
    while (crowd.leaves.length > 0) await crowd.leaveFirst();
    expect(crowd.started.length + crowd.refused.length).toBe(steps.length);
    expect(crowd.queue.counts()).toMatchObject({ running: 0, waiting: 0 });
  });
  await fc.assert(check, { numRuns: 50 });
});

function abortable(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort('gone') };
}
