import { HEARTBEAT_MS, HELLO_TIMEOUT_MS, PONG_TIMEOUT_MS } from '@banter/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '../../test/harness/clock.ts';
import { createTestLink, type TestLink } from '../../test/harness/hub.ts';
import { createWatch, heard, type Watch, type Watched } from './watch.ts';

const LOOK_MS = 1_000;

let clock: ManualClock;
let watch: Watch;
let link: TestLink;
let pings: number[];

beforeEach(() => {
  clock = createManualClock();
  watch = createWatch(clock, () => 0);
  link = createTestLink();
  pings = [];
});

function add(): Watched {
  return watch.add(link, () => pings.push(clock.now()));
}

function addSignedIn(): Watched {
  const watched = add();
  watched.isSignedIn = true;
  return watched;
}

const reasons = () => [...new Set(link.closes.map(([reason]) => reason))];

describe('a socket', () => {
  test('[A1] without a hello is closed after 5 s', () => {
    add();
    clock.advance(HELLO_TIMEOUT_MS - 1);
    expect(link.closes).toEqual([]);
    clock.advance(LOOK_MS);
    expect(reasons()).toEqual(['no_hello']);
  });

  test('[A1] that talks, but says no hello, is closed all the same', () => {
    const watched = add();
    for (let ms = 0; ms < HELLO_TIMEOUT_MS; ms += 500) {
      clock.advance(500);
      heard(watched, clock.now());
    }
    expect(reasons()).toEqual(['no_hello']);
  });

  test('is pinged every 25 s while it answers', () => {
    const watched = addSignedIn();
    for (let second = 0; second < 120; second++) {
      clock.advance(1_000);
      heard(watched, clock.now());
    }
    expect(pings).toEqual([1, 2, 3, 4].map((n) => n * HEARTBEAT_MS));
    expect(link.closes).toEqual([]);
  });

  test('that gives no sign of life after a ping is closed with a code that says resume, within 40 s', () => {
    addSignedIn();
    clock.advance(HEARTBEAT_MS + PONG_TIMEOUT_MS - 1);
    expect(link.closes).toEqual([]);
    clock.advance(LOOK_MS + 1);
    expect(reasons()).toEqual(['no_heartbeat']);
    expect(clock.now()).toBeLessThan(40_000);
  });

  test('is alive by anything it sends, not by pongs alone', () => {
    const watched = addSignedIn();
    clock.advance(HEARTBEAT_MS + 1_000);
    heard(watched, clock.now());
    clock.advance(PONG_TIMEOUT_MS);
    expect(link.closes).toEqual([]);
  });

  test('[A4] whose token expires is closed within a second, whatever it says', () => {
    const watched = addSignedIn();
    watched.expiresAt = 10_500;
    clock.advance(10_499);
    heard(watched, clock.now());
    expect(link.closes).toEqual([]);
    clock.advance(LOOK_MS);
    expect(reasons()).toEqual(['token_expired']);
  });

  test('[A4] that renewed its token in time stays', () => {
    const watched = addSignedIn();
    watched.expiresAt = 10_000;
    clock.advance(9_000);
    watched.expiresAt = 20_000;
    clock.advance(10_000);
    expect(link.closes).toEqual([]);
  });

  test('that ended is watched no more', () => {
    watch.remove(add());
    expect(watch.size).toBe(0);
    clock.advance(60_000);
    expect(link.closes).toEqual([]);
  });
});

test('sockets that opened together are pinged apart, at most a fifth sooner', () => {
  const scattered = createWatch(clock, () => 1);
  const watched = scattered.add(link, () => pings.push(clock.now()));
  watched.isSignedIn = true;
  clock.advance(HEARTBEAT_MS);
  expect(pings).toEqual([HEARTBEAT_MS * 0.8]);
});

test('a stopped watch looks no more', () => {
  add();
  watch.stop();
  clock.advance(60_000);
  expect(link.closes).toEqual([]);
  expect(clock.pending).toBe(0);
});

test('a sign of life is told at the next look, once, also after a look that came late; silence is not', () => {
  const told: number[] = [];
  const looking = createWatch(
    clock,
    () => 0,
    () => told.push(clock.now()),
  );
  const watched = looking.add(link, () => {});
  watched.isSignedIn = true;
  clock.advance(3 * LOOK_MS);
  expect(told).toEqual([LOOK_MS]);
  heard(watched, clock.now() + 1);
  clock.advance(3 * LOOK_MS);
  expect(told).toEqual([LOOK_MS, 4 * LOOK_MS]);
  // What the peer has not even taken may hold its answer up: that it reads no more is seen elsewhere [B1].
  link.queued = 1;
  clock.advance(LOOK_MS);
  expect(told).toHaveLength(3);
});
