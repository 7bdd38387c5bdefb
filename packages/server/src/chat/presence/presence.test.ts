import { AWAY_AFTER_MS, AWAY_MESSAGE_MAX_CHARS, ChatError, PRESENCE_ROOM_MAX } from '@banter/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { createManualClock, type ManualClock, WALL_START_MS } from '../../../test/harness/clock.ts';
import { createTestLink, settle } from '../../../test/harness/hub.ts';
import { createChance } from '../../../test/harness/seed.ts';
import type { Link } from '../../hub/link.ts';
import { CHECK_PERIOD_MS, LEASE_MS, OFFLINE_DELAY_MS, Presence, SEEN_PERIOD_MS } from './presence.ts';

const ann = { userId: 2, username: 'ann' };
const bob = { userId: 3, username: 'bob' };

let clock: ManualClock;
let told: string[];
let asked: number[][];
let problems: unknown[];
let saved: [number, number][];
let roomsOf: (userIds: readonly number[]) => Promise<Map<number, number[]>>;
let presence: Presence;

beforeEach(() => {
  clock = createManualClock();
  told = [];
  asked = [];
  problems = [];
  saved = [];
  roomsOf = async (userIds) => new Map(userIds.map((userId) => [userId, [userId * 10, 1]]));
  presence = new Presence({
    memberships: {
      roomIdsOfAll(userIds, maxMembers) {
        expect(maxMembers).toBe(PRESENCE_ROOM_MAX);
        asked.push([...userIds]);
        return roomsOf(userIds);
      },
    },
    lastSeen: {
      async save(seen) {
        for (const [userId, at] of seen) saved.push([userId, at.getTime() - WALL_START_MS]);
      },
    },
    hub: {
      broadcast(roomIds, event, exceptUserId) {
        if (event.type !== 'presence') throw new Error('presence tells of presence alone');
        told.push(`${event.username} ${event.state} in ${[...roomIds]} except ${exceptUserId}`);
      },
      connectionsOf: () => [],
      send: () => {},
    },
    clock,
    onProblem: (error) => void problems.push(error),
  });
  presence.start();
});

function comes(person: typeof ann, link: Link = createTestLink()): Link {
  presence.connectionChanged({ ...person, link, onlyRoomId: null }, true);
  return link;
}

function goes(person: typeof ann, link: Link): void {
  presence.connectionChanged({ ...person, link, onlyRoomId: null }, false);
}

function doer({ userId }: { userId: number }, roomId: number | null = null) {
  return { user: { id: userId }, permissions: { roomId } };
}

/** Lets time pass in which each of these links gives signs of life, as it does every 25 s. */
async function pass(ms: number, ...links: Link[]): Promise<void> {
  for (let left = ms; left > 0; left -= 20_000) {
    clock.advance(Math.min(left, 20_000));
    for (const link of links) presence.renew(link);
  }
  await settle();
}

const stateOf = ({ userId }: typeof ann) => presence.of(userId).state;
const states = () => told.map((line) => line.split(' ').slice(0, 2).join(' '));

describe('coming and going', () => {
  test('who comes is told once, to the rooms they belong to, and not to themselves', async () => {
    comes(ann);
    comes(ann);
    await settle();
    expect(told).toEqual(['ann online in 20,1 except 2']);
    expect([stateOf(ann), stateOf(bob)]).toEqual(['online', 'offline']);
  });

  test('[P1] who goes is told 5 s after the last connection', async () => {
    const links = [comes(ann), comes(ann)];
    for (const link of links) goes(ann, link);
    clock.advance(OFFLINE_DELAY_MS - 1);
    await settle();
    expect(stateOf(ann)).toBe('online');
    clock.advance(1);
    await settle();
    expect(states()).toEqual(['ann online', 'ann offline']);
    expect([stateOf(ann), presence.count()]).toEqual(['offline', 0]);
  });

  test('[P1] who is back within 5 s was never away, again and again', async () => {
    let link = comes(ann);
    for (let reload = 0; reload < 5; reload++) {
      goes(ann, link);
      clock.advance(OFFLINE_DELAY_MS - 1);
      link = comes(ann);
    }
    await pass(10 * OFFLINE_DELAY_MS, link);
    expect(states()).toEqual(['ann online']);
  });

  test('[P1] a connection that ends without a word counts until its lease ends', async () => {
    const link = comes(ann);
    await pass(LEASE_MS, link);
    clock.advance(LEASE_MS);
    expect(stateOf(ann)).toBe('online');
    clock.advance(CHECK_PERIOD_MS + OFFLINE_DELAY_MS);
    await settle();
    expect(states()).toEqual(['ann online', 'ann offline']);
    // Its late end is nothing to those who have come meanwhile.
    comes(ann);
    goes(ann, link);
    await pass(OFFLINE_DELAY_MS);
    expect(stateOf(ann)).toBe('online');
  });

  test('who comes back later is told anew; people are counted, each once', async () => {
    const link = comes(ann);
    await settle();
    goes(ann, link);
    await pass(OFFLINE_DELAY_MS);
    comes(ann);
    comes(bob);
    await settle();
    expect(states()).toEqual(['ann online', 'ann offline', 'ann online', 'bob online']);
    expect(presence.count()).toBe(2);
  });
});

test('[P1] [P2] a program with a token for one room makes nobody be here, nor busy', async () => {
  presence.connectionChanged({ ...ann, link: createTestLink(), onlyRoomId: 1 }, true);
  expect(stateOf(ann)).toBe('offline');
  const link = comes(ann);
  await pass(AWAY_AFTER_MS, link);
  presence.markActive(doer(ann, 1));
  expect(stateOf(ann)).toBe('away');
});

describe('being away', () => {
  test('[P2] who has done nothing for 10 minutes is away, until they do something', async () => {
    const link = comes(ann);
    await pass(AWAY_AFTER_MS - 1, link);
    expect(stateOf(ann)).toBe('online');
    await pass(CHECK_PERIOD_MS, link);
    expect(stateOf(ann)).toBe('away');
    // Another tab that opens by itself is no sign of its person.
    comes(ann);
    expect(stateOf(ann)).toBe('away');
    presence.markActive(doer(ann));
    await settle();
    expect(states()).toEqual(['ann online', 'ann away', 'ann online']);
  });

  test('[P2] who says so is away with their words, whatever they do, until they take it back or go', async () => {
    const link = comes(ann);
    expect(presence.setAway(2, { message: 'at\nlunch' })).toEqual({ state: 'away', awayMessage: 'at lunch' });
    presence.markActive(doer(ann));
    expect(stateOf(ann)).toBe('away');
    expect(presence.setAway(2, null)).toEqual({ state: 'online' });
    presence.setAway(2, {});
    goes(ann, link);
    await pass(OFFLINE_DELAY_MS);
    comes(ann);
    await settle();
    expect(stateOf(ann)).toBe('online');
  });

  test('what is said as they go away has an end; and one who is not here stays offline', () => {
    expect(() => presence.setAway(2, { message: 'x'.repeat(AWAY_MESSAGE_MAX_CHARS + 1) })).toThrow(ChatError);
    expect(presence.setAway(2, { message: 'x' })).toEqual({ state: 'offline' });
    comes(ann);
    expect(stateOf(ann)).toBe('online');
  });
});

describe('telling', () => {
  test('a crowd that comes at once is looked up at once', async () => {
    for (let userId = 1; userId <= 500; userId++) comes({ userId, username: `u${userId}` });
    await settle();
    expect(asked.map((ids) => ids.length)).toEqual([500]);
    expect(told).toHaveLength(500);
  });

  test('a store that is away is reported, and nobody’s connection suffers', async () => {
    roomsOf = () => Promise.reject(new Error('away'));
    comes(ann);
    await settle();
    expect(problems).toEqual([new Error('away')]);
    expect(stateOf(ann)).toBe('online');
  });

  test('what is told is what is so when it is told', async () => {
    let answer = (_rooms: Map<number, number[]>) => {};
    roomsOf = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    goes(ann, comes(ann));
    await settle();
    clock.advance(OFFLINE_DELAY_MS);
    comes(ann);
    presence.setAway(2, {});
    answer(new Map([[2, [1]]]));
    await settle();
    answer(new Map([[2, [1]]]));
    await settle();
    expect(states()).toEqual(['ann away']);
  });
});

describe('when somebody was last seen', () => {
  test('[P3] is kept as they go, by when their last connection ended', async () => {
    const link = comes(ann);
    clock.advance(3_000);
    goes(ann, link);
    await pass(OFFLINE_DELAY_MS);
    expect(saved).toEqual([[2, 3_000]]);
  });

  test('[P3] is kept once a minute at most for who does something, and not for who is idle', async () => {
    const links = [comes(ann), comes(bob)];
    for (let second = 0; second < 240; second++) {
      if (second < 100) presence.markActive(doer(ann));
      clock.advance(1_000);
      await settle();
      for (const link of links) presence.renew(link);
    }
    await settle();
    expect(saved.filter(([userId]) => userId === 2)).toEqual([
      [2, SEEN_PERIOD_MS],
      [2, 2 * SEEN_PERIOD_MS],
    ]);
    expect(saved.filter(([userId]) => userId === 3)).toEqual([[3, SEEN_PERIOD_MS]]);
  });

  test('[P3] is kept for everybody when the server stops', async () => {
    comes(ann);
    comes(bob);
    clock.advance(1_000);
    await presence.stop();
    expect(saved).toEqual([
      [2, 1_000],
      [3, 1_000],
    ]);
    expect(clock.pending).toBe(0);
  });
});

/** What there is to be seen of the world, counted anew from its history each time. */
type Model = {
  links: Map<Link, { userId: number; aliveAt: number }>;
  goneAt: Map<number, number>;
  activeAt: Map<number, number>;
  away: Set<number>;
};

test.each(Array.from({ length: 30 }, (_, i) => 1 + i))(
  '[P1] [P2] whatever opens, closes and dies, presence is what the connections say (seed %i)',
  async (seed) => {
    const random = createChance(seed).next;
    const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
    const model: Model = { links: new Map(), goneAt: new Map(), activeAt: new Map(), away: new Set() };
    const persons = [ann, bob, { userId: 4, username: 'cem' }];
    const now = () => clock.now();

    /** Time goes from look to look, so that what is found at one has happened at one. */
    const step = (ms: number) => {
      for (let left = ms; left > 0; left -= CHECK_PERIOD_MS) {
        clock.advance(Math.min(left, CHECK_PERIOD_MS));
        for (const [link, { userId, aliveAt }] of model.links) {
          if (now() - aliveAt < LEASE_MS) continue;
          model.links.delete(link);
          noteGone(userId);
        }
        forgetGone();
      }
    };
    const linksOf = (userId: number) => [...model.links].filter(([, link]) => link.userId === userId);
    const noteGone = (userId: number) => {
      if (linksOf(userId).length === 0) model.goneAt.set(userId, now());
    };
    const forgetGone = () => {
      for (const [userId, at] of model.goneAt) {
        if (now() - at < OFFLINE_DELAY_MS) continue;
        model.goneAt.delete(userId);
        model.activeAt.delete(userId);
        model.away.delete(userId);
      }
    };
    const expected = (userId: number) => {
      if (!model.activeAt.has(userId)) return 'offline';
      const isIdle = now() - (model.activeAt.get(userId) ?? 0) >= AWAY_AFTER_MS;
      return model.away.has(userId) || isIdle ? 'away' : 'online';
    };

    const acts: Record<string, () => void> = {
      opens() {
        const person = pick(persons) ?? ann;
        const link = comes(person);
        if (!model.activeAt.has(person.userId)) model.activeAt.set(person.userId, now());
        model.goneAt.delete(person.userId);
        model.links.set(link, { userId: person.userId, aliveAt: now() });
      },
      closes() {
        const [link, { userId }] = pick([...model.links]) ?? [null, ann];
        if (!link) return;
        model.links.delete(link);
        noteGone(userId);
        goes(persons.find((person) => person.userId === userId) ?? ann, link);
      },
      // What dies closes nothing: it is only heard of no more.
      lives() {
        for (const [link, known] of model.links) {
          if (random() < 0.2) continue;
          presence.renew(link);
          known.aliveAt = now();
        }
      },
      acts() {
        const { userId } = pick(persons) ?? ann;
        presence.markActive(doer({ userId }));
        if (model.activeAt.has(userId)) model.activeAt.set(userId, now());
      },
      leaves() {
        const { userId } = pick(persons) ?? ann;
        presence.setAway(userId, {});
        if (model.activeAt.has(userId)) model.away.add(userId);
      },
      returns() {
        const { userId } = pick(persons) ?? ann;
        presence.setAway(userId, null);
        model.away.delete(userId);
      },
      waits: () => step(CHECK_PERIOD_MS * (1 + Math.floor(random() * 6))),
      waitsLong: () => {
        for (let i = 0; i < 40; i++) {
          acts.lives?.();
          step(CHECK_PERIOD_MS * 4);
        }
      },
    };
    const names = Object.keys(acts);
    for (let i = 0; i < 400; i++) {
      acts[pick(names) ?? 'waits']?.();
      expect(persons.map(({ userId }) => presence.of(userId).state)).toEqual(
        persons.map(({ userId }) => expected(userId)),
      );
    }
    step(10 * LEASE_MS);
    await settle();
    expect(presence.count()).toBe(0);
  },
);
