import { AWAY_AFTER_MS, AWAY_MESSAGE_MAX_CHARS, ChatError, PRESENCE_ROOM_MAX } from '@banter/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { createManualClock, type ManualClock, WALL_START_MS } from '../../../test/harness/clock.ts';
import { createTestLink, settle } from '../../../test/harness/hub.ts';
import type { Link } from '../../hub/link.ts';
import { CHECK_PERIOD_MS, LEASE_MS, OFFLINE_DELAY_MS, Presence, SEEN_PERIOD_MS } from './presence.ts';

const ann = { userId: 2, username: 'ann' };
const bob = { userId: 3, username: 'bob' };

let clock: ManualClock;
let sent: string[];
let queried: number[][];
let problems: unknown[];
let saved: [number, number][];
let roomsOf: (userIds: readonly number[]) => Promise<Map<number, number[]>>;
let presence: Presence;

beforeEach(() => {
  clock = createManualClock();
  [sent, queried, problems, saved] = [[], [], [], []];
  roomsOf = async (userIds) => new Map(userIds.map((userId) => [userId, [userId * 10, 1]]));
  presence = new Presence({
    memberships: {
      roomIdsOfAll(userIds, maxMembers) {
        expect(maxMembers).toBe(PRESENCE_ROOM_MAX);
        queried.push([...userIds]);
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
        if (event.type !== 'presence') throw new Error('presence broadcasts presence events only');
        sent.push(`${event.username} ${event.state} in ${[...roomIds]} except ${exceptUserId}`);
      },
      connectionsOf: () => [],
      send: () => {},
    },
    clock,
    onProblem: (error) => void problems.push(error),
  });
  presence.start();
});

function connect(person: typeof ann, link: Link = createTestLink()): Link {
  presence.connectionChanged({ ...person, link, onlyRoomId: null }, true);
  return link;
}

function disconnect(person: typeof ann, link: Link): void {
  presence.connectionChanged({ ...person, link, onlyRoomId: null }, false);
}

function callerOf({ userId }: { userId: number }, roomId: number | null = null) {
  return { user: { id: userId }, permissions: { roomId } };
}

/** Lets time pass while each of these links gives signs of life. */
async function pass(ms: number, ...links: Link[]): Promise<void> {
  for (let left = ms; left > 0; left -= 20_000) {
    clock.advance(Math.min(left, 20_000));
    for (const link of links) presence.renew(link);
  }
  await settle();
}

const stateOf = ({ userId }: typeof ann) => presence.of(userId).state;
const states = () => sent.map((line) => line.split(' ').slice(0, 2).join(' '));

describe('connecting and leaving', () => {
  test('a person who connects is reported once, to their rooms and not to themselves', async () => {
    connect(ann);
    connect(ann);
    await settle();
    expect(sent).toEqual(['ann online in 20,1 except 2']);
    expect([stateOf(ann), stateOf(bob)]).toEqual(['online', 'offline']);
  });

  test('[P1] a person who leaves is reported 5 s after their last connection', async () => {
    const links = [connect(ann), connect(ann)];
    for (const link of links) disconnect(ann, link);
    clock.advance(OFFLINE_DELAY_MS - 1);
    await settle();
    expect(stateOf(ann)).toBe('online');
    clock.advance(1);
    await settle();
    expect(states()).toEqual(['ann online', 'ann offline']);
    expect([stateOf(ann), presence.count()]).toEqual(['offline', 0]);
  });

  test('[P1] a person who reconnects within 5 s stays online, however often', async () => {
    let link = connect(ann);
    for (let reload = 0; reload < 5; reload++) {
      disconnect(ann, link);
      clock.advance(OFFLINE_DELAY_MS - 1);
      link = connect(ann);
    }
    await pass(10 * OFFLINE_DELAY_MS, link);
    expect(states()).toEqual(['ann online']);
  });

  test('[P1] a connection that dies silently counts until its lease ends', async () => {
    const link = connect(ann);
    await pass(LEASE_MS, link);
    clock.advance(LEASE_MS);
    expect(stateOf(ann)).toBe('online');
    clock.advance(CHECK_PERIOD_MS + OFFLINE_DELAY_MS);
    await settle();
    expect(states()).toEqual(['ann online', 'ann offline']);
    // The late end of the old connection does not touch the new one.
    connect(ann);
    disconnect(ann, link);
    await pass(OFFLINE_DELAY_MS);
    expect(stateOf(ann)).toBe('online');
  });

  test('a person who returns later is reported again; people count once each', async () => {
    const link = connect(ann);
    await settle();
    disconnect(ann, link);
    await pass(OFFLINE_DELAY_MS);
    connect(ann);
    connect(bob);
    await settle();
    expect(states()).toEqual(['ann online', 'ann offline', 'ann online', 'bob online']);
    expect(presence.count()).toBe(2);
  });
});

test('[P1] [P2] a program with a token for one room makes its person neither present nor active', async () => {
  presence.connectionChanged({ ...ann, link: createTestLink(), onlyRoomId: 1 }, true);
  expect(stateOf(ann)).toBe('offline');
  const link = connect(ann);
  await pass(AWAY_AFTER_MS, link);
  presence.markActive(callerOf(ann, 1));
  expect(stateOf(ann)).toBe('away');
});

describe('being away', () => {
  test('[P2] a person who has done nothing for 10 minutes is away, until they do something', async () => {
    const link = connect(ann);
    await pass(AWAY_AFTER_MS - 1, link);
    expect(stateOf(ann)).toBe('online');
    await pass(CHECK_PERIOD_MS, link);
    expect(stateOf(ann)).toBe('away');
    // A tab that reconnects by itself does not make its person active.
    connect(ann);
    expect(stateOf(ann)).toBe('away');
    presence.markActive(callerOf(ann));
    await settle();
    expect(states()).toEqual(['ann online', 'ann away', 'ann online']);
  });

  test('[P2] a person who sets themselves away stays away with their message, until they end it or leave', async () => {
    const link = connect(ann);
    expect(presence.setAway(2, { message: 'at\nlunch' })).toEqual({ state: 'away', awayMessage: 'at lunch' });
    presence.markActive(callerOf(ann));
    expect(stateOf(ann)).toBe('away');
    expect(presence.setAway(2, null)).toEqual({ state: 'online' });
    presence.setAway(2, {});
    disconnect(ann, link);
    await pass(OFFLINE_DELAY_MS);
    connect(ann);
    await settle();
    expect(stateOf(ann)).toBe('online');
  });

  test('a long away message is rejected, and an absent person stays offline', () => {
    expect(() => presence.setAway(2, { message: 'x'.repeat(AWAY_MESSAGE_MAX_CHARS + 1) })).toThrow(ChatError);
    expect(presence.setAway(2, { message: 'x' })).toEqual({ state: 'offline' });
    connect(ann);
    expect(stateOf(ann)).toBe('online');
  });
});

describe('reporting', () => {
  test('the rooms of a crowd are read with one query', async () => {
    for (let userId = 1; userId <= 500; userId++) connect({ userId, username: `u${userId}` });
    await settle();
    expect(queried.map((ids) => ids.length)).toEqual([500]);
    expect(sent).toHaveLength(500);
  });

  test('a store that is away is reported, and changes nobody’s presence', async () => {
    roomsOf = () => Promise.reject(new Error('away'));
    connect(ann);
    await settle();
    expect(problems).toEqual([new Error('away')]);
    expect(stateOf(ann)).toBe('online');
  });

  test('sends the presence as of the time of sending', async () => {
    let answer = (_rooms: Map<number, number[]>) => {};
    roomsOf = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    disconnect(ann, connect(ann));
    await settle();
    clock.advance(OFFLINE_DELAY_MS);
    connect(ann);
    presence.setAway(2, {});
    answer(new Map([[2, [1]]]));
    await settle();
    answer(new Map([[2, [1]]]));
    await settle();
    expect(states()).toEqual(['ann away']);
  });
});

describe('the time a person was last seen', () => {
  test('[P3] is saved when they leave, as the end of their last connection', async () => {
    const link = connect(ann);
    clock.advance(3_000);
    disconnect(ann, link);
    await pass(OFFLINE_DELAY_MS);
    expect(saved).toEqual([[2, 3_000]]);
  });

  test('[P3] is saved once a minute at most while they are active, and not while they are idle', async () => {
    const links = [connect(ann), connect(bob)];
    for (let second = 0; second < 240; second++) {
      if (second < 100) presence.markActive(callerOf(ann));
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

  test('[P3] is saved for everybody when the server stops', async () => {
    connect(ann);
    connect(bob);
    clock.advance(1_000);
    await presence.stop();
    expect(saved).toEqual([
      [2, 1_000],
      [3, 1_000],
    ]);
    expect(clock.pending).toBe(0);
  });
});
