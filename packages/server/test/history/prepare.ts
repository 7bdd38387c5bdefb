/** Prepares a run: creates accounts, rooms, and a simulated client for each person. */

import type { Room } from '@banter/protocol';
import { type Person, person } from '../harness/people.ts';
import { createChance } from '../harness/seed.ts';
import { until } from '../harness/wait.ts';
import { createSimulatedClient } from './client.ts';
import { createHistory } from './record.ts';
import type { JudgeOptions, Run } from './run.ts';

const TALKING = { outstanding: 4, pauseMs: 10, contentChars: 60, repeats: 0.03 };
const RETURN_MAX_MS = 150;
const STRETCH_SENDS = 500;
const PROGRESS_MAX_MS = 30_000;
const LIVE_MAX_MS = 60_000;
/** The number of accounts created at once. Hashing a password is expensive. */
const REGISTRATIONS = 8;
const JOINS = 50;
/** Keeps the clients' random numbers apart from those of the run. */
const CHANCES = 1_000;

/** Creates everything. No client is connected yet. */
export async function prepare(options: JudgeOptions, seed: number): Promise<Run> {
  const { server, clients: count = 8, rooms: roomCount = 2, talkers = count } = options;
  const { hostOf = () => undefined, returnMaxMs = RETURN_MAX_MS } = options;
  const history = createHistory();
  const names = Array.from({ length: count }, (_, i) => `j${i}x${seed.toString(36)}`);
  const people = await inTurn(names, REGISTRATIONS, (username) => person(server, username));
  const rooms = await openRooms(people, roomCount, seed, options.isSpread);
  const clients = people.map((person, i) =>
    createSimulatedClient({
      history,
      ...TALKING,
      ...options.talking,
      host: hostOf(i) ?? server,
      roomIds: roomsOf(rooms, i, options.isSpread).map(({ id }) => id),
      person,
      talks: i < talkers,
      returnMaxMs,
      chance: createChance(seed + CHANCES + i),
    }),
  );
  const acked = () => clients.reduce((sum, client) => sum + client.acked, 0);
  return {
    history,
    people,
    rooms,
    clients,
    get acked() {
      return acked();
    },
    async progress(sends) {
      const goal = acked() + sends;
      // Waits in stretches, because many sends take long on a slow machine, and only a standstill is a failure.
      while (acked() < goal) {
        const next = Math.min(goal, acked() + STRETCH_SENDS);
        await until(`${sends} more sends are acknowledged`, () => acked() >= next, PROGRESS_MAX_MS);
      }
    },
    async live() {
      await until('every client is live', () => clients.every(({ isLive }) => isLive), LIVE_MAX_MS);
    },
  };
}

/** Creates rooms of the first person. All people are in all rooms, or each in one of them. */
async function openRooms(
  people: readonly Person[],
  count: number,
  seed: number,
  isSpread = false,
): Promise<Room[]> {
  const [owner] = people;
  if (!owner) throw new RangeError('a run needs people');
  const names = Array.from({ length: count }, (_, i) => `room-${i}-${seed.toString(36)}`);
  const rooms = await Promise.all(names.map((name) => owner.opens(name)));
  const entries = people.flatMap((who, i) =>
    i === 0 ? [] : roomsOf(rooms, i, isSpread).map((room) => ({ who, room })),
  );
  await inTurn(entries, JOINS, ({ who, room }) => who.joins(room));
  return rooms;
}

function roomsOf(rooms: readonly Room[], client: number, isSpread = false): readonly Room[] {
  return isSpread && client > 0 ? rooms.filter((_, i) => i === client % rooms.length) : rooms;
}

/** Does the same as Promise.all, with at most `width` promises at once. */
async function inTurn<T, R>(items: readonly T[], width: number, act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let i = 0; i < items.length; i += width) {
    results.push(...(await Promise.all(items.slice(i, i + width).map(act))));
  }
  return results;
}
