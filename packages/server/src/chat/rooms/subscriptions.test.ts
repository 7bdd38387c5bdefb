import { RESUME_MAX_EVENTS, type RoomCursor } from '@banter/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { createHubWorld, eventsOf, type HubWorld, settle, type TestLink } from '../../../test/harness/hub.ts';
import type { Connection } from '../../hub/connection.ts';
import type { Membership, MembershipStore } from '../../store/memberships.ts';
import { ALL_PERMISSIONS } from '../permissions.ts';
import { Subscriptions } from './subscriptions.ts';

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
    ignored: { idsOf: async () => [] },
    hub: world.hub,
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
  };
}

/** The store as a plain object, of which only what is asked is there. */
const memberships: Pick<MembershipStore, 'find' | 'listOf'> = {
  find: async (roomId) => stored.find((one) => one.roomId === roomId) ?? null,
  async listOf() {
    const asOfNow = stored.filter(({ role }) => role !== null);
    await listed();
    return asOfNow;
  },
};

/** What the link got, when all reads were answered: type, room and head or reason. */
async function told(): Promise<string[]> {
  await settle();
  // A connection's rooms are read one after the other.
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
  test('without rooms named follows all of the caller’s, live from now', async () => {
    await subscriptions.welcome(CALLER, connection);
    expect(await told()).toEqual(['welcome', 'live 1 5', 'live 2 0']);
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

  test('with rooms named follows those, and says where the caller is no member', async () => {
    await subscriptions.welcome(CALLER, connection, [{ roomId: 2 }, { roomId: 3 }, { roomId: 99 }]);
    expect(await told()).toEqual(['welcome', 'error 3 not_member', 'error 99 not_member', 'live 2 0']);
  });

  test('with an empty list follows none, and no new ones', async () => {
    await subscriptions.welcome(CALLER, connection, []);
    subscriptions.followNew(2, 7, 1);
    expect(await told()).toEqual(['welcome']);
  });

  test('with rooms or without follows the caller’s new ones from their join on', async () => {
    await subscriptions.welcome(CALLER, connection, [{ roomId: 2 }]);
    subscriptions.followNew(2, 7, 4);
    expect(await told()).toContain('live 7 3');
  });

  test('follows a room that was joined while the list was read, and after welcome', async () => {
    let answer = () => {};
    listed = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const welcomed = subscriptions.welcome(CALLER, connection);
    subscriptions.followNew(2, 7, 4);
    expect(await told()).toEqual([]);
    answer();
    await welcomed;
    expect(await told()).toEqual(['welcome', 'live 1 5', 'live 2 0', 'live 7 3']);
  });

  test('follows nothing twice that was in the list and joined meanwhile', async () => {
    listed = async () => subscriptions.followNew(2, 1, 1);
    await subscriptions.welcome(CALLER, connection);
    expect(await told()).toEqual(['welcome', 'live 1 5', 'live 2 0']);
  });
});

describe('a cursor', () => {
  const cases: [string, Omit<RoomCursor, 'roomId'>, number, string[]][] = [
    ['of this history is resumed', { after: 5, epoch: EPOCH }, 5, ['live 1 5']],
    ['without an epoch is resumed', { after: 5 }, 5, ['live 1 5']],
    ['without a seq is live from now', {}, 5, ['live 1 5']],
    ['of another history is reset', { after: 5, epoch: 'another' }, 5, ['reset 1 5 epoch', 'live 1 5']],
    ['beyond the head is reset', { after: 6 }, 5, ['reset 1 5 ahead', 'live 1 5']],
    ['far behind is reset', { after: 0 }, RESUME_MAX_EVENTS + 1, ['reset 1 10001 behind', 'live 1 10001']],
  ];

  test.each(cases)('[R2] %s', async (_what, cursor, head, expected) => {
    stored = [room(1, head)];
    await subscriptions.subscribe(CALLER, connection, { roomId: 1, ...cursor });
    expect(await told()).toEqual(expected);
  });

  test('[R2] 10,000 events behind is read from where it stands', async () => {
    stored = [room(1, RESUME_MAX_EVENTS)];
    await subscriptions.subscribe(CALLER, connection, { roomId: 1, after: 0 });
    expect(world.reads).toMatchObject([{ roomId: 1, after: 0 }]);
  });
});

describe('subscribing', () => {
  test('[A5] [A6] is refused for rooms the caller may not see or is no member of, before it is granted', async () => {
    const granted: number[] = [];
    const ask = (roomId: number) =>
      subscriptions.subscribe(CALLER, connection, { roomId }, () => void granted.push(roomId));
    await expect(ask(99)).rejects.toMatchObject({ code: 'not_found' });
    await expect(ask(3)).rejects.toMatchObject({ code: 'not_member' });
    await ask(1);
    expect(granted).toEqual([1]);
  });

  test('is answered before the first event', async () => {
    const onGranted = () => world.hub.send(connection, { type: 'ok', id: 'abcdefgh' });
    await subscriptions.subscribe(CALLER, connection, { roomId: 1 }, onGranted);
    expect(await told()).toEqual(['ok', 'live 1 5']);
  });
});
