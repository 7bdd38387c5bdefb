/** Fairness inside a room: once its budget is spent, each person who wants to write gets an equal share of its rate [L3]. */
import { RecentKeys } from './recent-keys.ts';

/**
 * A person who has not tried to write for this time, or for twice as long at most, leaves the division. It is longer where a
 * share takes longer to let one event through: nobody gets more by staying away.
 */
export const SHARE_WINDOW_MS = 10_000;
/** A person may save their share for so many seconds, and always one event. */
export const SHARE_BURST_SECONDS = 2;
/** How many busy rooms are remembered at least. In a forgotten one everybody begins with a full share. */
const ROOMS_MIN = 1_000;

/** The shares of the rooms that were busy lately. A calm room costs nothing. */
export class RoomShares {
  readonly #crowds = new RecentKeys<number, Crowd>(ROOMS_MIN);

  /**
   * Takes one event from a person's share of a room whose budget is spent. All shares together are the room's rate.
   * @param rate events that the room takes in a second. @param now milliseconds of the monotonic clock.
   * @returns 0, or the milliseconds until the share has room for one.
   */
  take(roomId: number, userId: number, rate: number, now: number): number {
    const crowd = this.#crowds.get(roomId, () => new Crowd(now));
    const person = crowd.find(userId, rate, now);
    const perSecond = rate / crowd.size;
    const most = Math.max(1, perSecond * SHARE_BURST_SECONDS);
    person.tokens = Math.min(most, person.tokens + ((now - person.at) / 1_000) * perSecond);
    person.at = now;
    if (person.tokens < 1) return Math.ceil(((1 - person.tokens) / perSecond) * 1_000);
    person.tokens -= 1;
    return 0;
  }
}

/** `at`: when the tokens were last counted. */
type Share = { tokens: number; at: number };

/** The people who wanted to write into a busy room, in two generations. */
class Crowd {
  #young = new Map<number, Share>();
  #old = new Map<number, Share>();
  #turnedAt: number;

  constructor(now: number) {
    this.#turnedAt = now;
  }

  /** How many people share the room. */
  get size(): number {
    return Math.max(this.#young.size, this.#old.size);
  }

  /** Returns a person's share. A newcomer has a full one, which `take` cuts to its size. */
  find(userId: number, rate: number, now: number): Share {
    this.#turn(Math.max(SHARE_WINDOW_MS, (this.size / rate) * 1_000), now);
    const known = this.#young.get(userId);
    if (known) return known;
    const share = this.#old.get(userId) ?? { tokens: Number.POSITIVE_INFINITY, at: now };
    this.#young.set(userId, share);
    return share;
  }

  #turn(windowMs: number, now: number): void {
    const ageMs = now - this.#turnedAt;
    if (ageMs < windowMs) return;
    this.#old = ageMs < 2 * windowMs ? this.#young : new Map();
    this.#young = new Map();
    this.#turnedAt = now;
  }
}
