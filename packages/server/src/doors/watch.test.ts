import { HEARTBEAT_MS, HELLO_TIMEOUT_MS, PONG_TIMEOUT_MS } from '@banter/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '../../test/harness/clock.ts';
import { createTestLink, type TestLink } from '../../test/harness/hub.ts';
import { createConnection } from '../hub/connection.ts';
import { recordActivity, Watch, type WatchedLink } from './watch.ts';

const CHECK_MS = 1_000;
const PERSON = { userId: 2, username: 'bob', sessionId: 3, onlyRoomId: null };

let clock: ManualClock;
let watch: Watch;
let link: TestLink;
let pings: number[];

beforeEach(() => {
  clock = createManualClock();
  watch = new Watch(clock, () => 0);
  link = createTestLink();
  pings = [];
});

function add(to = watch): WatchedLink {
  const owner = { ping: () => void pings.push(clock.now()), unfinishedBytes: () => 0, cut: () => {} };
  return to.add(link, owner, '203.0.113.9');
}

function addSignedIn(to = watch): WatchedLink {
  const watched = add(to);
  watched.connection = createConnection(link, PERSON);
  return watched;
}

const reasons = () => [...new Set(link.closes.map(([reason]) => reason))];

describe('the watch', () => {
  test('[A1] closes a socket without a hello after 5 s', () => {
    add();
    clock.advance(HELLO_TIMEOUT_MS - 1);
    expect(link.closes).toEqual([]);
    clock.advance(CHECK_MS);
    expect(reasons()).toEqual(['no_hello']);
  });

  test('[A1] closes a crowd in several turns, each socket once, and none that said hello meanwhile', async () => {
    const owner = { ping: () => {}, unfinishedBytes: () => 0, cut: () => {} };
    const crowd = Array.from({ length: 120 }, () => {
      const silent = createTestLink();
      return { silent, watched: watch.add(silent, owner, '203.0.113.9') };
    });
    const closed = () => crowd.filter(({ silent }) => silent.closes.length > 0).length;
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    clock.advance(HELLO_TIMEOUT_MS);
    expect(closed()).toBe(50);
    const last = crowd.at(-1);
    if (last) last.watched.helloDueAt = null;
    await turn();
    expect(closed()).toBe(100);
    await turn();
    await turn();
    expect([closed(), last?.silent.closes.length]).toEqual([119, 0]);
    expect(crowd.every(({ silent }) => silent.closes.length <= 1)).toBe(true);
  });

  test('[A1] closes a socket that sends other things than a hello', () => {
    const watched = add();
    for (let ms = 0; ms < HELLO_TIMEOUT_MS; ms += 500) {
      clock.advance(500);
      recordActivity(watched, clock.now());
    }
    expect(reasons()).toEqual(['no_hello']);
  });

  test('pings every 25 s while the peer answers', () => {
    const watched = addSignedIn();
    for (let second = 0; second < 120; second++) {
      clock.advance(1_000);
      recordActivity(watched, clock.now());
    }
    expect(pings).toEqual([1, 2, 3, 4].map((n) => n * HEARTBEAT_MS));
    expect(link.closes).toEqual([]);
  });

  test('closes a peer that does not answer a ping within 40 s, and lets it resume', () => {
    addSignedIn();
    clock.advance(HEARTBEAT_MS + PONG_TIMEOUT_MS - 1);
    expect(link.closes).toEqual([]);
    clock.advance(CHECK_MS + 1);
    expect(reasons()).toEqual(['no_heartbeat']);
    expect(clock.now()).toBeLessThan(40_000);
  });

  test('accepts any frame as a sign of life, not only a pong', () => {
    const watched = addSignedIn();
    clock.advance(HEARTBEAT_MS + 1_000);
    recordActivity(watched, clock.now());
    clock.advance(PONG_TIMEOUT_MS);
    expect(link.closes).toEqual([]);
  });

  test('[A4] closes an active socket within a second after its token expired', () => {
    const watched = addSignedIn();
    watched.expiresAt = 10_500;
    clock.advance(10_499);
    recordActivity(watched, clock.now());
    expect(link.closes).toEqual([]);
    clock.advance(CHECK_MS);
    expect(reasons()).toEqual(['token_expired']);
  });

  test('[A4] keeps a socket whose token was renewed in time', () => {
    const watched = addSignedIn();
    watched.expiresAt = 10_000;
    clock.advance(9_000);
    watched.expiresAt = 20_000;
    clock.advance(10_000);
    expect(link.closes).toEqual([]);
  });

  test('does not check a link that was removed', () => {
    watch.remove(add());
    expect(watch.size).toBe(0);
    clock.advance(60_000);
    expect(link.closes).toEqual([]);
  });

  test('pings up to a fifth early, so that sockets which opened together are pinged apart', () => {
    addSignedIn(new Watch(clock, () => 1));
    clock.advance(HEARTBEAT_MS);
    expect(pings).toEqual([HEARTBEAT_MS * 0.8]);
  });

  test('checks nothing after it was stopped', () => {
    add();
    watch.stop();
    clock.advance(60_000);
    expect(link.closes).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  test('reports a sign of life once, at the next check, also if that check is late', () => {
    const reported: number[] = [];
    const reporting = new Watch(
      clock,
      () => 0,
      () => reported.push(clock.now()),
    );
    const watched = addSignedIn(reporting);
    clock.advance(3 * CHECK_MS);
    expect(reported).toEqual([CHECK_MS]);
    recordActivity(watched, clock.now() + 1);
    clock.advance(3 * CHECK_MS);
    expect(reported).toEqual([CHECK_MS, 4 * CHECK_MS]);
    // Unread bytes may delay the answer. The hub checks whether such a peer reads at all [B1].
    link.queued = 1;
    clock.advance(CHECK_MS);
    expect(reported).toHaveLength(3);
  });
});

describe('[G7] the watch of banned addresses', () => {
  let banned: Set<string>;
  beforeEach(() => {
    banned = new Set();
    watch = new Watch(
      clock,
      () => 0,
      () => {},
      (address) => banned.has(address),
    );
  });

  test('closes their links when the bans have changed', () => {
    addSignedIn();
    watch.closeBanned();
    expect(link.closes).toEqual([]);
    banned.add('203.0.113.9');
    watch.closeBanned();
    expect(reasons()).toEqual(['banned']);
  });

  test('closes a link that opened just after the ban, at the next check', () => {
    banned.add('203.0.113.9');
    addSignedIn();
    clock.advance(CHECK_MS);
    expect(reasons()).toEqual(['banned']);
  });
});
