import type { Role } from '@banter/protocol';
import { expect, test } from 'vitest';
import type { MembershipStore } from '../../store/memberships.ts';
import type { Scope } from '../caller.ts';
import { RoomCaps } from './room-caps.ts';

const SCOPE: Scope = { spender: { network: '192.0.2.1', person: 1 } };

/** Caps over a store that knows how many rooms were entered. */
function build(caps = { roomsOwned: 2, roomsJoined: 3, subscriptions: 2 }) {
  const world = { joined: 0, owned: 0, role: null as Role | null, isEmpty: false };
  /** Rooms into which others put the person. */
  const added = { joined: 0, owned: 0 };
  const payers: (Scope | undefined)[] = [];
  const countOf: MembershipStore['countOf'] = async (_userId, { isChosenOnly }, scope) => {
    payers.push(scope);
    return isChosenOnly
      ? { ...world }
      : { ...world, joined: world.joined + added.joined, owned: world.owned + added.owned };
  };
  const roomCaps = new RoomCaps({ memberships: { countOf }, caps });
  const enters = (isOwner: boolean, userId = 1) =>
    roomCaps
      .enter({ userId, roomId: null, isOwner, scope: SCOPE }, async () => {
        world.joined += 1;
        if (isOwner) world.owned += 1;
      })
      .then(
        () => 'ok',
        ({ code }) => code,
      );
  const isAdded = () =>
    roomCaps
      .enter({ userId: 1, roomId: 7, isOwner: true, isAdded: true, scope: SCOPE }, async () => {
        added.joined += 1;
        added.owned += 1;
      })
      .then(
        () => 'ok',
        ({ code }) => code,
      );
  return { world, payers, roomCaps, enters, isAdded };
}

test('[L8] a person owns and is in so many rooms', async () => {
  const { enters } = build();
  expect([await enters(true), await enters(true), await enters(true)]).toEqual(['ok', 'ok', 'conflict']);
  expect([await enters(false), await enters(false)]).toEqual(['ok', 'conflict']);
});

test('[L8] a maximum that was lowered takes nothing away, and lets nobody get more', async () => {
  const { world, enters } = build();
  Object.assign(world, { joined: 9, owned: 9 });
  expect([await enters(false), await enters(true)]).toEqual(['conflict', 'conflict']);
  world.role = 'member';
  expect([await enters(false), await enters(true)]).toEqual(['ok', 'conflict']);
  world.role = 'owner';
  expect([await enters(false), await enters(true)]).toEqual(['ok', 'ok']);
});

test('[L8] a person who would own an empty room by entering it needs a place among their own', async () => {
  const { world, enters } = build();
  Object.assign(world, { owned: 2, isEmpty: true });
  expect(await enters(false)).toBe('conflict');
  world.owned = 1;
  expect(await enters(false)).toBe('ok');
});

test('[L8] entries at the same time do not exceed the maximum', async () => {
  const { world, enters } = build();
  const answers = await Promise.all(Array.from({ length: 20 }, () => enters(false)));
  expect(world.joined).toBeLessThanOrEqual(3);
  expect(answers).toContain('ok');
});

test('[L8] a failed entry is not counted', async () => {
  const { roomCaps, enters } = build();
  const fails = roomCaps.enter({ userId: 1, roomId: null, isOwner: true, scope: SCOPE }, () =>
    Promise.reject(new Error('x')),
  );
  await expect(fails).rejects.toThrow('x');
  expect([await enters(true), await enters(true)]).toEqual(['ok', 'ok']);
});

test('[L8] rooms into which others put a person do not keep them from their own', async () => {
  const { enters, isAdded } = build();
  expect([await isAdded(), await isAdded(), await isAdded()]).toEqual(['ok', 'ok', 'conflict']);
  expect([await enters(true), await enters(true), await enters(true)]).toEqual(['ok', 'ok', 'conflict']);
});

test('[L4] the caller pays for the count', async () => {
  const { payers, enters } = build();
  await enters(false);
  expect(payers).toEqual([SCOPE]);
});

test('[L8] a socket follows so many rooms', () => {
  const { roomCaps } = build();
  roomCaps.requireSubscription(1);
  expect(() => roomCaps.requireSubscription(2)).toThrow('follows 2 rooms');
});
