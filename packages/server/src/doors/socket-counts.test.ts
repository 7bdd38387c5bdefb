import { expect, it } from 'vitest';
import { SOCKETS_MAX, SocketCounts, STRANGERS_MAX } from './socket-counts.ts';

it('caps the sockets of a network that have not signed in, whatever addresses of it they come from', () => {
  const counts = new SocketCounts(true);
  const slots = Array.from({ length: STRANGERS_MAX }, (_, i) =>
    counts.acquire(`2001:db8:1:2::${i.toString(16)}`),
  );
  expect(() => counts.acquire('2001:db8:1:2:ffff::1')).toThrow(/not signed in/);
  counts.acquire('2001:db8:1:3::1');
  counts.acquire('192.0.2.1');
  slots[0]?.markSignedIn();
  slots[0]?.markSignedIn();
  counts.acquire('2001:db8:1:2::1');
  expect(() => counts.acquire('2001:db8:1:2::1')).toThrow(/not signed in/);
  slots[1]?.release();
  counts.acquire('2001:db8:1:2::1');
});

it('caps all sockets of a network, until some close', () => {
  const counts = new SocketCounts(true);
  const slots = Array.from({ length: SOCKETS_MAX }, () => {
    const slot = counts.acquire('192.0.2.1');
    slot.markSignedIn();
    return slot;
  });
  expect(() => counts.acquire('192.0.2.1')).toThrow(/the most allowed/);
  slots[0]?.release();
  counts.acquire('192.0.2.1');
});

it('has no cap when caps are lifted', () => {
  const counts = new SocketCounts(false);
  for (let i = 0; i <= SOCKETS_MAX; i++) counts.acquire('192.0.2.1');
});
