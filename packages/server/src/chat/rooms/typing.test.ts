import { beforeEach, expect, test } from 'vitest';
import { createManualClock } from '../../../test/harness/clock.ts';
import { createHubWorld, eventsOf, type HubWorld, settle, type TestLink } from '../../../test/harness/hub.ts';
import { RATES } from '../../../test/harness/rates.ts';
import type { Connection } from '../../hub/connection.ts';
import { RateLimits } from '../limits/rate-limits.ts';
import { ALL_PERMISSIONS } from '../permissions.ts';
import { Typing } from './typing.ts';

const CALLER = { user: { id: 2, username: 'ann' }, sessionId: 1, permissions: ALL_PERMISSIONS, scope: {} };
const NOTICE = { type: 'typing', roomId: 1, userId: 2, username: 'ann' };

let world: HubWorld;
let connection: Connection;
let link: TestLink;
let maySpeak: boolean;
let typing: Typing;

beforeEach(() => {
  world = createHubWorld();
  ({ connection, link } = world.connect(2));
  maySpeak = true;
  typing = new Typing({
    memberships: { find: async () => null },
    hub: world.hub,
    limits: new RateLimits({ clock: createManualClock(), rates: RATES }),
    speakingRights: { adopt: () => {}, maySpeak: () => maySpeak },
  });
});

/** Subscribes Ann's connection and another person's to room 1; returns the other link. */
async function follow(): Promise<TestLink> {
  const other = world.connect(3);
  for (const each of [connection, other.connection]) {
    world.hub.subscribe(each, 1, { after: 5, joinedSeq: 1 });
  }
  await settle();
  for (const read of world.reads.splice(0)) read.answer();
  await settle();
  return other.link;
}

test('[C6] a typing notice reaches the other subscribers, and not its author', async () => {
  const other = await follow();
  typing.notifyOver(CALLER, connection, 1);
  await settle();
  expect(eventsOf(other)).toContainEqual(NOTICE);
  expect(eventsOf(link)).not.toContainEqual(expect.objectContaining({ type: 'typing' }));
});

test('a connection that does not follow the room is rejected', () => {
  expect(() => typing.notifyOver(CALLER, connection, 1)).toThrow(
    expect.objectContaining({ code: 'not_member' }),
  );
});

test('a caller without a connection must be allowed to see the room', async () => {
  await expect(typing.notify(CALLER, 1)).rejects.toMatchObject({ code: 'not_found' });
});

test('[G1] the notice of a person who may not speak is dropped', async () => {
  const other = await follow();
  maySpeak = false;
  typing.notifyOver(CALLER, connection, 1);
  await settle();
  expect(eventsOf(other)).not.toContainEqual(NOTICE);
});

test('[L2] typing notices are limited', async () => {
  await follow();
  const type = () => {
    for (let i = 0; i < 21; i++) typing.notifyOver(CALLER, connection, 1);
  };
  expect(type).toThrow(expect.objectContaining({ code: 'rate_limited' }));
});
