import { ChatError } from '@banter/protocol';
import { beforeEach, expect, test } from 'vitest';
import { createHubWorld, createTestLink, type HubWorld, type TestLink } from '../../test/harness/hub.ts';
import type { Caller } from '../chat/caller.ts';
import { ALL_PERMISSIONS } from '../chat/permissions.ts';
import { type RegistrationDeps, register, unregister } from './registration.ts';
import { Watch, type WatchedLink } from './watch.ts';

const caller = {
  user: { id: 2, username: 'bob' },
  sessionId: 3,
  permissions: { ...ALL_PERMISSIONS, roomId: 7 },
  scope: { spender: { network: '203.0.113.9', person: 2 } },
} as unknown as Caller;
const admission = { caller, expiresAt: null };

let world: HubWorld;
let link: TestLink;
let watched: WatchedLink;
let deps: RegistrationDeps;
/** The body of `recheck`. */
let recheck: () => Promise<void>;

beforeEach(() => {
  world = createHubWorld();
  link = createTestLink();
  recheck = async () => {};
  const { hub, clock } = world;
  const watch = new Watch(clock, () => 0);
  deps = { hub, clock, watch, chat: { sessions: { recheck: () => recheck() } as never } };
  watched = watch.add(link, { ping: () => {}, unfinishedBytes: () => 0, cut: () => {} }, '203.0.113.9');
});

test('[A4] a session that ends during the check closes the link, which is registered by then', async () => {
  recheck = async () => world.hub.endSessions([caller.sessionId]);
  await register(deps, watched, admission, async () => {});
  expect(link.closes).toEqual([['session_ended', undefined]]);
});

test('[A4] a session that ended before the registration is found, and nothing is subscribed', async () => {
  recheck = async () => {
    throw new ChatError('unauthenticated');
  };
  let isSubscribed = false;
  const subscribe = async () => {
    isSubscribed = true;
  };
  await expect(register(deps, watched, admission, subscribe)).rejects.toThrow(ChatError);
  expect(isSubscribed).toBe(false);
});

test('[T3] a connection has its caller, and the only room that the token reaches', async () => {
  await register(deps, watched, admission, async (connection) => {
    expect(connection).toBe(watched.connection);
  });
  expect(watched.connection).toMatchObject({
    userId: 2,
    username: 'bob',
    sessionId: 3,
    onlyRoomId: 7,
    spender: caller.scope.spender,
  });
});

test('a link is removed from the watch and the hub, registered or not', async () => {
  unregister(deps, watched);
  expect(deps.watch.size).toBe(0);
  await register(deps, watched, admission, async () => {});
  expect(world.hub.counts().connections).toBe(1);
  unregister(deps, watched);
  unregister(deps, watched);
  expect(world.hub.counts().connections).toBe(0);
});
