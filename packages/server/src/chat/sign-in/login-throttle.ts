/**
 * Slows the guessing of passwords, and never locks an owner out for good [G5]. After a few failures tries must wait, longer each
 * time, up to a quarter of an hour. Where somebody has signed in before, by a device's cookie or a network, only failures from there
 * count; all other tries at an account count together, however many addresses they come from (as OWASP's device cookies do).
 */
import { ChatError } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import { createRecentKeys } from '../limits/recent-keys.ts';

/** Whence a try comes: `device` is that of a cookie which is good for this account; `isKnown`: a session of it is there. */
export type Origin = { network: string; device: string | null; isKnown: boolean };

/** A try that is under way, and counts as failed until it says otherwise. */
export type Attempt = {
  succeeded(): void;
  /** The password was not looked at. */
  cancelled(): void;
};

export type LoginThrottle = {
  /** Begins a try at an account, or at a name that nobody has. @throws ChatError rate_limited with the time to wait. */
  begin(account: number | string, origin: Origin): Attempt;
};

/** Failures before the first wait: of one device or network at one account; of all strangers together at one. */
export const FREE_FAILURES = 5;
export const FREE_FAILURES_OF_STRANGERS = 20;
export const FIRST_WAIT_MS = 1_000;
export const WAIT_MAX_MS = 15 * 60_000;
/** After such a time without a try failures are forgotten. */
export const FORGIVEN_AFTER_MS = 24 * 60 * 60_000;
const KEYS_MIN = 50_000;

/** @param isOn false never makes anybody wait: for measuring on loopback only. */
export function createLoginThrottle(clock: Clock, isOn: boolean): LoginThrottle {
  const tracks = createRecentKeys<string, Track>(KEYS_MIN);

  function trackOf(key: string, free: number): Track {
    const track = tracks.get(key, () => ({ failures: 0, free, freeAt: 0, lastAt: 0 }));
    if (clock.now() - track.lastAt > FORGIVEN_AFTER_MS) track.failures = 0;
    return track;
  }

  function tracksOf(account: number | string, { network, device, isKnown }: Origin): Track[] {
    if (device !== null) return [trackOf(`device ${device}`, FREE_FAILURES)];
    const own = trackOf(`network ${network} ${account}`, FREE_FAILURES);
    return isKnown ? [own] : [own, trackOf(`strangers ${account}`, FREE_FAILURES_OF_STRANGERS)];
  }

  return {
    begin(account, origin) {
      const counted = isOn ? tracksOf(account, origin) : [];
      const waitMs = Math.max(0, ...counted.map(({ freeAt }) => freeAt - clock.now()));
      if (waitMs > 0) throw new ChatError('rate_limited', REFUSAL, { retryAfterMs: Math.ceil(waitMs) });
      // Counted at once: many tries at the same time are as many failures.
      const before = counted.map(({ freeAt }) => freeAt);
      for (const track of counted) countFailure(track, clock.now());
      const takeBack = () => {
        for (const [i, track] of counted.entries()) {
          track.failures = Math.max(0, track.failures - 1);
          track.freeAt = Math.min(track.freeAt, before[i] ?? 0);
        }
      };
      return {
        cancelled: takeBack,
        succeeded() {
          takeBack();
          const [own] = counted;
          if (own) Object.assign(own, { failures: 0, freeAt: 0 });
        },
      };
    },
  };
}

const REFUSAL = 'too many tries to sign in to this account: wait before the next one';

/** Times are those of the monotonic clock. */
type Track = { failures: number; free: number; freeAt: number; lastAt: number };

function countFailure(track: Track, now: number): void {
  track.failures++;
  track.lastAt = now;
  const over = track.failures - track.free;
  if (over >= 0) track.freeAt = now + Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * 2 ** over);
}
