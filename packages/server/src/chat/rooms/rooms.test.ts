import { type ChatError, type Room, TOPIC_MAX_CHARS } from '@banter/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../../../test/harness/clock.ts';
import { RATES } from '../../../test/harness/rates.ts';
import type { ChangeResult, NewChange } from '../../store/append/appender.ts';
import type { Membership } from '../../store/memberships.ts';
import type { NewRoom, RoomStore } from '../../store/rooms.ts';
import { RateLimits } from '../limits/rate-limits.ts';
import { ALL_PERMISSIONS } from '../permissions.ts';
import { Rooms } from './rooms.ts';
import type { Subscriptions } from './subscriptions.ts';

const CALLER = { user: { id: 2, username: 'ann' }, sessionId: 1, permissions: ALL_PERMISSIONS, scope: {} };

const ADDRESS = '192.0.2.1';
let created: NewRoom[];
let changes: NewChange[];
let followed: [number, number, number][];
let isNameFree: boolean;
let isSeen: boolean;
let isChanged: boolean;
let isUncertain: boolean;
let lookedUp: [number, number][];
let told: number[];
let rooms: Rooms;

/** Plain objects in place of the store, the appender and the subscriptions. */
const store: Pick<RoomStore, 'create' | 'find' | 'list'> = {
  async create(room) {
    if (!isNameFree) return null;
    created.push(room);
    return toRoom(7);
  },
  find: async (roomId) => (isSeen ? toRoom(roomId) : null),
  list: async () => [{ room: toRoom(7), place: [0, 7] }],
};

async function change(one: NewChange): Promise<ChangeResult> {
  changes.push(one);
  if (!isChanged) return isUncertain ? { changed: false, isUncertain } : { changed: false };
  const fact = { roomId: one.roomId, seq: 5, at: '2026-01-01T00:00:00.000Z', userId: 2, username: 'ann' };
  return { changed: true, event: { ...fact, type: 'join' } };
}

beforeEach(() => {
  created = [];
  changes = [];
  followed = [];
  isNameFree = true;
  isSeen = true;
  isChanged = true;
  isUncertain = false;
  lookedUp = [];
  told = [];
  const subscriptions: Pick<Subscriptions, 'followNew' | 'followFound'> = {
    followFound: async (userId, roomId) => void lookedUp.push([userId, roomId]),
    followNew: (userId, roomId, seq) => void followed.push([userId, roomId, seq]),
  };
  rooms = new Rooms({
    rooms: store,
    memberships: { requireRole: async () => ({}) as Membership },
    appender: { change },
    subscriptions,
    caps: { enter: (_entry, act) => act() },
    namesakes: { tell: (roomId) => void told.push(roomId) },
    limits: new RateLimits({ clock: createManualClock(), rates: RATES }),
  });
});

function toRoom(id: number): Room {
  const counts = { head: 1, unread: 0, mentions: 0, members: 1 };
  return {
    id,
    name: 'tea',
    kind: 'open',
    topic: '',
    joined: true,
    ...counts,
    createdAt: '2026-01-01T00:00:00.000Z',
  };
}

function error(code: ChatError['code'], field?: string) {
  return expect.objectContaining({
    code,
    ...(field ? { fields: [expect.objectContaining({ field })] } : {}),
  });
}

describe('a new room', () => {
  test('is open and without a topic by default; its owner follows it from the first event', async () => {
    expect(await rooms.create(CALLER, { name: 'tea' }, ADDRESS)).toMatchObject({ id: 7 });
    await rooms.create(CALLER, { name: 'tea', kind: 'closed', topic: 'green\r\nor black' }, ADDRESS);
    expect(created).toEqual([
      { name: 'tea', kind: 'open', topic: '', ownerId: 2 },
      { name: 'tea', kind: 'closed', topic: 'green or black', ownerId: 2 },
    ]);
    expect(followed[0]).toEqual([2, 7, 1]);
  });

  test.each(['', ' ', '#tea', 'two words', 'x'.repeat(33), 'tea\n', 'thé'])(
    'cannot have the name %j',
    async (name) => {
      await expect(rooms.create(CALLER, { name }, ADDRESS)).rejects.toEqual(error('invalid', 'name'));
      expect(created).toEqual([]);
    },
  );

  test.each(['x'.repeat(TOPIC_MAX_CHARS + 1), '\u0000', '\ud83d'])(
    'cannot have an invalid topic (%#)',
    async (topic) => {
      await expect(rooms.create(CALLER, { name: 'tea', topic }, ADDRESS)).rejects.toEqual(
        error('invalid', 'topic'),
      );
    },
  );

  test('cannot have the name of another room', async () => {
    isNameFree = false;
    await expect(rooms.create(CALLER, { name: 'tea' }, ADDRESS)).rejects.toEqual(error('conflict', 'name'));
    expect(followed).toEqual([]);
  });

  test('[L2] is limited in rate', async () => {
    for (let i = 0; i < 60; i++) await rooms.create(CALLER, { name: `tea${i}` }, ADDRESS);
    await expect(rooms.create(CALLER, { name: 'tea' }, ADDRESS)).rejects.toEqual(error('rate_limited'));
  });
});

describe('changing a room', () => {
  test('changes the given fields only, each with an event of its own', async () => {
    await rooms.update(CALLER, 7, { topic: '' });
    await rooms.update(CALLER, 7, { name: 'coffee', topic: 'black' });
    await rooms.update(CALLER, 7, {});
    expect(changes).toEqual([
      { type: 'topic', roomId: 7, actor: CALLER.user, topic: '' },
      { type: 'rename', roomId: 7, actor: CALLER.user, name: 'coffee' },
      { type: 'topic', roomId: 7, actor: CALLER.user, topic: 'black' },
    ]);
  });

  test('changes nothing if one field is invalid', async () => {
    await expect(rooms.update(CALLER, 7, { name: 'coffee', topic: '\u0000' })).rejects.toEqual(
      error('invalid', 'topic'),
    );
    await expect(rooms.update(CALLER, 7, { name: 'a b', topic: 'x' })).rejects.toEqual(
      error('invalid', 'name'),
    );
    expect(changes).toEqual([]);
  });
});

describe('joining and leaving', () => {
  test('a join subscribes from its own event on', async () => {
    expect(await rooms.join(CALLER, 7)).toMatchObject({ id: 7 });
    expect(changes).toEqual([{ type: 'join', roomId: 7, actor: CALLER.user }]);
    expect(followed).toEqual([[2, 7, 5]]);
  });

  test('a repeated join and a leave subscribe to nothing', async () => {
    isChanged = false;
    await rooms.join(CALLER, 7);
    await rooms.leave(CALLER, 7);
    expect(followed).toEqual([]);
    expect(lookedUp).toEqual([]);
    expect(changes.map(({ type }) => type)).toEqual(['join', 'leave']);
  });

  test('[S3] a join whose answer was lost subscribes from the event that the store finds', async () => {
    isChanged = false;
    isUncertain = true;
    await rooms.join(CALLER, 7);
    expect(lookedUp).toEqual([[2, 7]]);
  });
});

test('[A5] a room that the caller may not see is not found', async () => {
  isSeen = false;
  await expect(rooms.get(CALLER, 7)).rejects.toEqual(error('not_found'));
});

test('[C11] only a change of the name, a new open room and a restored one look for closed rooms with the name', async () => {
  await rooms.create(CALLER, { name: 'tea', kind: 'closed' }, ADDRESS);
  await rooms.update(CALLER, 7, { topic: 'Leaves' });
  expect(told).toEqual([]);
  await rooms.create(CALLER, { name: 'tea' }, ADDRESS);
  await rooms.update(CALLER, 8, { name: 'tea' });
  await rooms.restore(CALLER, 9);
  expect(told).toEqual([7, 8, 9]);
  isChanged = false;
  await rooms.update(CALLER, 8, { name: 'tea' });
  await rooms.restore(CALLER, 9);
  expect(told).toEqual([7, 8, 9]);
  isUncertain = true;
  await rooms.update(CALLER, 8, { name: 'tea' });
  expect(told).toEqual([7, 8, 9, 8]);
});
