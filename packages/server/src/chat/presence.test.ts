import { beforeEach, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '../../test/harness/clock.ts';
import { settle } from '../../test/harness/hub.ts';
import { createPresence, OFFLINE_DELAY_MS, type Presence } from './presence.ts';

const ann = { userId: 2, username: 'ann' };
const bob = { userId: 3, username: 'bob' };

let clock: ManualClock;
let told: string[];
let problems: unknown[];
let roomsOf: (userId: number) => Promise<number[]>;
let presence: Presence;

beforeEach(() => {
  clock = createManualClock();
  told = [];
  problems = [];
  roomsOf = async (userId) => [userId * 10, 1];
  presence = createPresence({
    memberships: { roomIdsOf: (userId) => roomsOf(userId) },
    hub: {
      broadcast(roomIds, event, exceptUserId) {
        if (event.type !== 'presence') throw new Error('presence tells of presence alone');
        told.push(`${event.username} ${event.state} in ${[...roomIds]} except ${exceptUserId}`);
      },
    },
    clock,
    onProblem: (error) => void problems.push(error),
  });
});

test('who comes is told once, to the rooms they belong to, and not to themselves', async () => {
  presence.note(ann, true);
  await settle();
  expect(told).toEqual(['ann online in 20,1 except 2']);
  expect(presence.stateOf(2)).toBe('online');
  expect(presence.stateOf(3)).toBe('offline');
});

test('who goes is told after 5 s', async () => {
  presence.note(ann, true);
  presence.note(ann, false);
  clock.advance(OFFLINE_DELAY_MS - 1);
  await settle();
  expect(presence.stateOf(2)).toBe('online');
  clock.advance(1);
  await settle();
  expect(told.at(-1)).toBe('ann offline in 20,1 except 2');
  expect(presence.stateOf(2)).toBe('offline');
  expect(presence.count()).toBe(0);
});

test('who is back within 5 s was never away, again and again', async () => {
  presence.note(ann, true);
  for (let reload = 0; reload < 5; reload++) {
    presence.note(ann, false);
    clock.advance(OFFLINE_DELAY_MS - 1);
    presence.note(ann, true);
  }
  clock.advance(10 * OFFLINE_DELAY_MS);
  await settle();
  expect(told).toEqual(['ann online in 20,1 except 2']);
  expect(clock.pending).toBe(0);
});

test('who comes back later is told anew', async () => {
  presence.note(ann, true);
  await settle();
  presence.note(ann, false);
  clock.advance(OFFLINE_DELAY_MS);
  await settle();
  presence.note(ann, true);
  await settle();
  expect(told.map((line) => line.split(' ')[1])).toEqual(['online', 'offline', 'online']);
});

test('people are counted, each once', () => {
  presence.note(ann, true);
  presence.note(bob, true);
  expect(presence.count()).toBe(2);
});

test('a store that is away is reported, and nobody’s connection suffers', async () => {
  roomsOf = () => Promise.reject(new Error('away'));
  presence.note(ann, true);
  await settle();
  expect(problems).toEqual([new Error('away')]);
  expect(presence.stateOf(2)).toBe('online');
});

test('what is told last is what is so, though the store answers the first question last', async () => {
  const answers: ((rooms: number[]) => void)[] = [];
  roomsOf = () => new Promise((resolve) => answers.push(resolve));
  presence.note(ann, true);
  presence.note(ann, false);
  clock.advance(OFFLINE_DELAY_MS);
  answers[1]?.([1]);
  await settle();
  answers[0]?.([1]);
  await settle();
  expect(told.at(-1)).toMatch(/^ann offline/);
});
