import { RESUME_MAX_EVENTS, type RoomCursor } from '@banter/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { createHubWorld, eventsOf, type HubWorld, settle, type TestLink } from '../../../test/harness/hub.ts';
import type { Connection } from '../../hub/connection.ts';
import type { GreetingStore } from '../../store/greetings.ts';
import type { Membership, MembershipStore } from '../../store/memberships.ts';
import { ALL_PERMISSIONS } from '../permissions.ts';
import { RoomCaps } from './room-caps.ts';
import { Subscriptions } from './subscriptions.ts';

const CAPS = { roomsOwned: 5, roomsJoined: 5, subscriptions: 5 };
const EPOCH = 'this-history';
const CALLER = { user: { id: 2, username: 'ann' }, sessionId: 1, permissions: ALL_PERMISSIONS, scope: {} };

let world: HubWorld;
let connection: Connection;
let link: TestLink;
let stored: Membership[];
let listed: () => Promise<void>;
let subscriptions: Subscriptions;

beforeEach(() => {
  world = createHubWorld();
  ({ connection, link } = world.connect(2));
  stored = [room(1, 5), room(2, 0), { ...room(3, 9), role: null, joinedSeq: 0 }];
  listed = async () => undefined;
  subscriptions = new Subscriptions({
    memberships,
    greetings,
    hub: world.hub,
    caps: new RoomCaps({ memberships: { countOf: () => Promise.reject() }, caps: { ...CAPS } }),
    speakingRights: { adopt: () => {} },
    epoch: EPOCH,
  });
});

function room(roomId: number, head: number): Membership {
  return {
    roomId,
    name: `room${roomId}`,
    kind: 'open',
    topic: '',
    role: 'member',
    head,
    joinedSeq: 1,
    people: null,
    archivedAt: null,
    mutedUntil: null,
    hideJoins: false,
    namesakeId: null,
  };
}

/** A plain object in place of the store. */
const memberships: Pick<MembershipStore, 'find'> = {
  find: async (roomId) => stored.find((one) => one.roomId === roomId) ?? null,
};

/** As above. */
const greetings: GreetingStore = {
  async find() {
    const asOfNow = stored.filter(({ role }) => role !== null);
    await listed();
    return { memberships: asOfNow, ignored: [], requests: 0 };
  },
};

/** The events that the link got once all reads are answered: type, room, and head or reason. */
async function received(): Promise<string[]> {
  await settle();
  // The hub reads a connection's rooms one after the other.
  while (world.reads.length > 0) {
    for (const read of world.reads.splice(0)) read.answer();
    await settle();
  }
  await settle();
  return eventsOf(link).map((event) => {
    const parts = [event.type, 'roomId' in event && event.roomId, 'head' in event && event.head];
    return [...parts, 'reason' in event && event.reason, 'code' in event && event.code]
      .filter((x) => x !== false)
      .join(' ');
  });
}

describe('a welcome', () => {
  test('without cursors subscribes to all of the caller’s rooms, live from now', async () => {
    await subscriptions.welcome(CALLER, connection);
    expect(await received()).toEqual(['welcome', 'live 1 5', 'live 2 0']);
    expect(eventsOf(link)[0]).toMatchObject({
      user: CALLER.user,
      sessionId: 1,
      epoch: EPOCH,
      rooms: [
        { roomId: 1, name: 'room1', head: 5, role: 'member' },
        { roomId: 2, name: 'room2', head: 0, role: 'member' },
      ],
    });
  });

  test('with cursors subscribes to those rooms, and reports rooms that the caller does not belong to', async () => {
    await subscriptions.welcome(CALLER, connection, [{ roomId: 2 }, { roomId: 3 }, { roomId: 99 }]);
    expect(await received()).toEqual(['welcome', 'error 3 not_member', 'error 99 not_member', 'live 2 0']);
  });

  test('with an empty list subscribes to no room, and to no new one later', async () => {
    await subscriptions.welcome(CALLER, connection, []);
    subscriptions.followNew(2, 7, 1);
    expect(await received()).toEqual(['welcome']);
  });

  test('with cursors also follows the caller’s new rooms, from the join on', async () => {
    await subscriptions.welcome(CALLER, connection, [{ roomId: 2 }]);
    subscriptions.followNew(2, 7, 4);
    expect(await received()).toContain('live 7 3');
  });

  test('follows a room that was joined while the list was read, after the welcome', async () => {
    let answer = () => {};
    listed = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const welcomed = subscriptions.welcome(CALLER, connection);
    subscriptions.followNew(2, 7, 4);
    expect(await received()).toEqual([]);
    answer();
    await welcomed;
    expect(await received()).toEqual(['welcome', 'live 1 5', 'live 2 0', 'live 7 3']);
  });

  test('[L8] reports each room above the maximum of a socket, also one that the person enters later', async () => {
    stored = Array.from({ length: CAPS.subscriptions + 1 }, (_, i) => room(i + 1, 0));
    await subscriptions.welcome(CALLER, connection);
    subscriptions.followNew(2, 7, 4);
    stored.push(room(8, 1));
    await subscriptions.followFound(2, 8);
    expect(await received()).toEqual([
      'welcome',
      'error 6 conflict',
      'error 7 conflict',
      'error 8 conflict',
      ...[1, 2, 3, 4, 5].map((roomId) => `live ${roomId} 0`),
    ]);
  });

  test('follows a room once if it was joined meanwhile and is in the list', async () => {
    listed = async () => subscriptions.followNew(2, 1, 1);
    await subscriptions.welcome(CALLER, connection);
    expect(await received()).toEqual(['welcome', 'live 1 5', 'live 2 0']);
  });
});

describe('a cursor', () => {
  const cases: [string, Omit<RoomCursor, 'roomId'>, number, string[]][] = [
    ['of this epoch is resumed', { after: 5, epoch: EPOCH }, 5, ['live 1 5']],
    ['without an epoch is resumed', { after: 5 }, 5, ['live 1 5']],
    ['without a seq is live from now', {}, 5, ['live 1 5']],
    ['of another epoch is reset', { after: 5, epoch: 'another' }, 5, ['reset 1 5 epoch', 'live 1 5']],
    ['beyond the head is reset', { after: 6 }, 5, ['reset 1 5 ahead', 'live 1 5']],
    ['far behind is reset', { after: 0 }, RESUME_MAX_EVENTS + 1, ['reset 1 10001 behind', 'live 1 10001']],
  ];

  test.each(cases)('[R2] %s', async (_name, cursor, head, expected) => {
    stored = [room(1, head)];
    await subscriptions.subscribe(CALLER, connection, { roomId: 1, ...cursor });
    expect(await received()).toEqual(expected);
  });

  test('[R2] that is 10,000 events behind is resumed', async () => {
    stored = [room(1, RESUME_MAX_EVENTS)];
    await subscriptions.subscribe(CALLER, connection, { roomId: 1, after: 0 });
    expect(world.reads).toMatchObject([{ roomId: 1, after: 0 }]);
  });
});

describe('subscribing', () => {
  test('[A5] [A6] is rejected for rooms that the caller may not see or does not belong to', async () => {
    const granted: number[] = [];
    const ask = (roomId: number) =>
      subscriptions.subscribe(CALLER, connection, { roomId }, () => void granted.push(roomId));
    await expect(ask(99)).rejects.toMatchObject({ code: 'not_found' });
    await expect(ask(3)).rejects.toMatchObject({ code: 'not_member' });
    await ask(1);
    expect(granted).toEqual([1]);
  });

  test('is acknowledged before the first event', async () => {
    const onGranted = () => world.hub.send(connection, { type: 'ok', id: 'abcdefgh' });
    await subscriptions.subscribe(CALLER, connection, { roomId: 1 }, onGranted);
    expect(await received()).toEqual(['ok', 'live 1 5']);
  });
});
