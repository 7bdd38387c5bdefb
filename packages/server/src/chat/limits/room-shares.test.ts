import { expect, test } from 'vitest';
import { createManualClock } from '../../../test/harness/clock.ts';
import { RATES } from '../../../test/harness/rates.ts';
import { RateLimits } from './rate-limits.ts';
import { RoomShares, SHARE_BURST_SECONDS, SHARE_WINDOW_MS } from './room-shares.ts';

const ROOM = 1;
const { burst, perSecond } = RATES?.room ?? { burst: 0, perSecond: 0 };
/** A flood tries three times what the room takes. */
const TRY_EVERY_MS = 100;
const FLOOD = Math.ceil((3 * perSecond * TRY_EVERY_MS) / 1_000);
const SECONDS = 20;

/** A room in which people write; `sends` counts what the room takes of each. */
function build() {
  const clock = createManualClock();
  const limits = new RateLimits({ clock, rates: RATES });
  const taken = new Map<number, number>();
  const sends = (userId: number): boolean => {
    try {
      limits.requireShare(ROOM, userId);
    } catch {
      return false;
    }
    limits.charge('room', ROOM);
    taken.set(userId, (taken.get(userId) ?? 0) + 1);
    return true;
  };
  return { clock, limits, taken, sends };
}

test.each([1, 5, 30, 150])(
  '[L3] a flood of %i people takes no message from a person below an equal share',
  (flooders) => {
    const { clock, taken, sends } = build();
    const calmMs = Math.ceil((1_000 * (flooders + 1)) / perSecond / TRY_EVERY_MS + 1) * TRY_EVERY_MS;
    let refused = 0;
    for (let ms = 0; ms < SECONDS * 1_000; ms += TRY_EVERY_MS) {
      for (let i = 0; i < FLOOD; i++) sends(1 + (i % flooders));
      if (ms % calmMs === 0 && !sends(0)) refused += 1;
      clock.advance(TRY_EVERY_MS);
    }
    expect(refused).toBe(0);
    expect(taken.get(0)).toBeGreaterThan(SECONDS / 2);
    const all = [...taken.values()].reduce((sum, count) => sum + count, 0);
    expect(all).toBeLessThanOrEqual(burst + perSecond * (SECONDS + 2 * SHARE_BURST_SECONDS));
  },
);

test('[L3] all shares together are the rate of the room, and equal', () => {
  const shares = new RoomShares();
  const rate = 20;
  const counts = [0, 0, 0, 0];
  for (let now = 0; now < 60_000; now += 50)
    counts.forEach((_, user) => {
      if (shares.take(ROOM, user, rate, now) === 0) counts[user] = (counts[user] ?? 0) + 1;
    });
  for (const count of counts)
    expect(Math.abs(count - 60 * 5)).toBeLessThanOrEqual(5 * SHARE_BURST_SECONDS * 4);
});

test('[L3] those who stopped writing leave the division, and a refused person hears when to try again', () => {
  const shares = new RoomShares();
  const rate = 1;
  for (let user = 1; user <= 10; user++) shares.take(ROOM, user, rate, 0);
  while (shares.take(ROOM, 1, rate, 0) === 0);
  expect(shares.take(ROOM, 1, rate, 0)).toBe(10_000);
  expect(shares.take(ROOM, 1, rate, 9_999)).toBe(1);
  const later = 10_000 + 2 * SHARE_WINDOW_MS;
  while (shares.take(ROOM, 1, rate, later) === 0);
  expect(shares.take(ROOM, 1, rate, later)).toBe(1_000);
});
