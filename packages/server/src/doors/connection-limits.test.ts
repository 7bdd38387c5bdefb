import { Duplex } from 'node:stream';
import { beforeEach, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '../../test/harness/clock.ts';
import { RATES } from '../../test/harness/rates.ts';
import { RateLimits } from '../chat/limits/rate-limits.ts';
import { ConnectionLimits, descriptorsOfProcess, PLAIN_MAX } from './connection-limits.ts';

const [MINE, OTHER, PROXY] = ['203.0.113.9', '203.0.113.8', '192.0.2.1'];

let clock: ManualClock;
let limits: ConnectionLimits;
beforeEach(() => {
  clock = createManualClock();
  limits = build();
});

function build({ descriptors = Number.POSITIVE_INFINITY, isLimited = true } = {}): ConnectionLimits {
  return new ConnectionLimits({
    limits: new RateLimits({ clock, rates: RATES }),
    descriptors,
    isTrusted: (address) => address === PROXY,
    isLimited,
  });
}

const newSocket = () => new Duplex({ read() {}, write() {} });

/** Opens connections. @returns those that were admitted. */
function open(count: number, address = MINE): Duplex[] {
  return Array.from({ length: count }, newSocket).filter((socket) => limits.admit(socket, address));
}

/** Closes a connection, and waits until its close is known. */
function close(socket: Duplex | undefined): Promise<void> {
  return new Promise((resolve) => socket?.once('close', resolve).destroy());
}

test('[B4] an address has its most plain connections, and another address is not refused', async () => {
  const mine = open(PLAIN_MAX + 5);
  expect(mine).toHaveLength(PLAIN_MAX);
  expect(open(1, OTHER)).toHaveLength(1);
  await close(mine[0]);
  expect(open(2)).toHaveLength(1);
});

test('[B4] the addresses of one IPv6 network count as one', () => {
  open(PLAIN_MAX, '2001:db8::1');
  expect([open(1, '2001:db8::2'), open(1, '2001:db8:1::1')].map(({ length }) => length)).toEqual([0, 1]);
});

test('[B4] sockets are not plain, and count among the descriptors', async () => {
  limits = build({ descriptors: 20 });
  const mine = open(12);
  expect(mine).toHaveLength(10);
  for (const socket of mine) limits.upgrade(socket);
  expect(open(1)).toHaveLength(0);
  await close(mine[0]);
  expect(open(2)).toHaveLength(1);
});

test('[B4] an upgraded connection makes place for a plain one', () => {
  const [first] = open(PLAIN_MAX);
  if (first) limits.upgrade(first);
  expect(open(2)).toHaveLength(1);
});

test('[B4] an address that sends floods opens no connection for a while, and others do', () => {
  const { burst, perSecond } = RATES?.flood ?? { burst: 0, perSecond: 1 };
  for (let i = 0; i < burst; i++) limits.recordFlood(MINE);
  expect([open(1).length, open(1, OTHER).length]).toEqual([0, 1]);
  clock.advance(1_000 / perSecond);
  expect(open(2)).toHaveLength(2);
  limits.recordFlood(MINE);
  expect(open(1)).toHaveLength(0);
});

test('[B4] a trusted proxy has no limit, nor has a server whose limits are off', () => {
  expect(open(PLAIN_MAX + 1, PROXY)).toHaveLength(PLAIN_MAX + 1);
  limits = build({ isLimited: false });
  expect(open(PLAIN_MAX + 1)).toHaveLength(PLAIN_MAX + 1);
});

test('[B4] the process knows how many descriptors it may have', () => {
  expect(descriptorsOfProcess()).toBeGreaterThan(100);
});
