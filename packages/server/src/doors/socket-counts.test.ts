import { expect, it } from 'vitest';
import { createSocketCounts, SOCKETS_MAX, STRANGERS_MAX } from './socket-counts.ts';

it('strangers of one network are capped, whichever of its addresses they come from', () => {
  const counts = createSocketCounts(true);
  const entries = Array.from({ length: STRANGERS_MAX }, (_, i) =>
    counts.enter(`2001:db8:1:2::${i.toString(16)}`),
  );
  expect(() => counts.enter('2001:db8:1:2:ffff::1')).toThrow(/not signed in/);
  counts.enter('2001:db8:1:3::1');
  counts.enter('192.0.2.1');
  entries[0]?.signedIn();
  entries[0]?.signedIn();
  counts.enter('2001:db8:1:2::1');
  expect(() => counts.enter('2001:db8:1:2::1')).toThrow(/not signed in/);
  entries[1]?.leave();
  counts.enter('2001:db8:1:2::1');
});

it('all sockets of one network are capped, and room comes back when they leave', () => {
  const counts = createSocketCounts(true);
  const entries = Array.from({ length: SOCKETS_MAX }, () => {
    const entry = counts.enter('192.0.2.1');
    entry.signedIn();
    return entry;
  });
  expect(() => counts.enter('192.0.2.1')).toThrow(/at most/);
  entries[0]?.leave();
  counts.enter('192.0.2.1');
});

it('lifted caps count nobody out', () => {
  const counts = createSocketCounts(false);
  for (let i = 0; i <= SOCKETS_MAX; i++) counts.enter('192.0.2.1');
});
