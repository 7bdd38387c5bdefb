/**
 * Slows down the guessing of passwords without ever locking an owner out for good [G5]. After a few failures the next
 * attempts must wait, each longer, up to a quarter of an hour. Failures count per place:
 * - a device with a cookie of the account counts alone,
 * - a network from which the account has a session counts alone,
 * - all other places count together, however many addresses they are (as OWASP's device cookies do).
 */
import { ChatError } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import { RecentKeys } from '../limits/recent-keys.ts';

/** The place of an attempt. */
export type Origin = {
  network: string;
  /** The device's name, from a cookie of this account; null without one. */
  device: string | null;
  /** Whether the account has a session from this network. */
  isKnown: boolean;
};

/** The parts that LoginThrottle works with. `isOn`: false lifts every wait, for measuring on loopback only. */
export type LoginThrottleDeps = { clock: Pick<Clock, 'now'>; isOn: boolean };

/** Failures before the first wait, of one device or network at one account. */
export const FREE_FAILURES = 5;
/** Failures before the first wait, of all strangers together at one account. */
export const FREE_FAILURES_OF_STRANGERS = 20;
/** The first wait; each further failure doubles it. */
export const FIRST_WAIT_MS = 1_000;
/** The longest wait. */
export const WAIT_MAX_MS = 15 * 60_000;
/** After this time without an attempt, failures are forgotten. */
export const FORGIVEN_AFTER_MS = 24 * 60 * 60_000;
const KEYS_MIN = 50_000;

/** The failed attempts, by account and place. */
export class LoginThrottle {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #isOn: boolean;
  readonly #tracks = new RecentKeys<string, Track>(KEYS_MIN);

  constructor({ clock, isOn }: LoginThrottleDeps) {
    this.#clock = clock;
    this.#isOn = isOn;
  }

  /**
   * Runs `verify` as an attempt to sign in, and returns its result: false is a failure. If `verify` throws, the attempt
   * does not count, so it must not throw at the caller's will, as a query that the caller can cancel does.
   * @param account the typed name, whether or not an account has it; the account's id for a person who is signed in.
   * @throws ChatError rate_limited, with the time to wait; then `verify` was not called.
   */
  async attempt(account: number | string, origin: Origin, verify: () => Promise<boolean>): Promise<boolean> {
    const attempt = this.begin(account, origin);
    const isRight = await verify().catch((error: unknown) => {
      attempt.cancel();
      throw error;
    });
    if (isRight) attempt.succeed();
    return isRight;
  }

  /**
   * Begins an attempt. It counts as failed until it says otherwise.
   * @throws ChatError rate_limited, with the time to wait.
   */
  begin(account: number | string, origin: Origin): Attempt {
    const now = this.#clock.now();
    const tracks = this.#isOn ? this.#tracksOf(account, origin) : [];
    const waitMs = Math.max(0, ...tracks.map(({ freeAt }) => freeAt - now));
    if (waitMs > 0) {
      const detail = 'too many failed attempts to sign in to this account: wait before the next one';
      throw new ChatError('rate_limited', detail, { retryAfterMs: Math.ceil(waitMs) });
    }
    return new Attempt(tracks, now);
  }

  #tracksOf(account: number | string, { network, device, isKnown }: Origin): Track[] {
    if (device !== null) return [this.#trackOf(`device ${device}`, FREE_FAILURES)];
    const own = this.#trackOf(`network ${network} ${account}`, FREE_FAILURES);
    return isKnown ? [own] : [own, this.#trackOf(`strangers ${account}`, FREE_FAILURES_OF_STRANGERS)];
  }

  #trackOf(key: string, free: number): Track {
    const track = this.#tracks.get(key, () => ({ failures: 0, free, freeAt: 0, lastAt: 0 }));
    if (this.#clock.now() - track.lastAt > FORGIVEN_AFTER_MS) track.failures = 0;
    return track;
  }
}

/** An attempt under way. */
export class Attempt {
  readonly #tracks: readonly Track[];
  readonly #freeAtBefore: readonly number[];

  /** Counts the failure at once, so that parallel attempts count one by one. */
  constructor(tracks: readonly Track[], now: number) {
    this.#tracks = tracks;
    this.#freeAtBefore = tracks.map(({ freeAt }) => freeAt);
    for (const track of tracks) countFailure(track, now);
  }

  /** The password was right: forgives the failures of the attempt's own place. */
  succeed(): void {
    this.cancel();
    const [own] = this.#tracks;
    if (own) Object.assign(own, { failures: 0, freeAt: 0 });
  }

  /** The password was not checked: takes the failure back. */
  cancel(): void {
    for (const [i, track] of this.#tracks.entries()) {
      track.failures = Math.max(0, track.failures - 1);
      track.freeAt = Math.min(track.freeAt, this.#freeAtBefore[i] ?? 0);
    }
  }
}

/** The failures of one place at one account. Times are those of the monotonic clock. */
type Track = { failures: number; free: number; freeAt: number; lastAt: number };

function countFailure(track: Track, now: number): void {
  track.failures++;
  track.lastAt = now;
  const over = track.failures - track.free;
  if (over >= 0) track.freeAt = now + Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * 2 ** over);
}
