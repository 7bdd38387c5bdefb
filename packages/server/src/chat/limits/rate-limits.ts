/**
 * Rate limits: token buckets for each kind of act and each key (a person, a room, an address) [L2]. The sizes of the buckets
 * are settings: config/rates.ts has their names and defaults.
 */
import { ChatError } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import type { DiskSpace } from './disk-space.ts';
import { networkOf } from './network.ts';
import { RecentKeys } from './recent-keys.ts';
import { RoomShares } from './room-shares.ts';

/** `burst` acts at once, then `perSecond`. */
type Rate = { burst: number; perSecond: number };

/**
 * The error text of each kind. `by: 'address'`: the keys are addresses, and all addresses of one network share a bucket.
 * `grows`: the act is refused while the disk is nearly full.
 */
const KINDS = {
  send: { detail: 'too many messages: wait a moment', grows: true },
  /** A room as a whole: the messages of all its people together. */
  room: { detail: 'too many messages in this room: wait a moment' },
  /** Events of one person in one room that are no messages: joins, reactions, edits, changes of the room. */
  event: { detail: 'too many changes by you in this room: wait a moment' },
  /** One thing in a room that is switched to and fro, such as a reaction or a membership. */
  toggle: { detail: 'this was changed too often just now: wait a moment' },
  createRoom: { detail: 'too many new rooms and invitations: wait a moment', grows: true },
  createRoomAt: { detail: 'too many new rooms from this address: wait a while', by: 'address' },
  search: { detail: 'too many searches: wait a moment' },
  /** Every call and command of a person that has no bucket of its own. */
  act: { detail: 'too many requests: wait a moment' },
  typing: { detail: 'too many typing notices: wait a moment' },
  login: { detail: 'too many sign-ins from this address: wait a moment', by: 'address' },
  register: { detail: 'too many new accounts from this address: wait a moment', by: 'address', grows: true },
  /** Calls of a signed-in person that ask for their password, right or wrong. */
  prove: { detail: 'too many password checks of yours: wait a moment' },
  /** Calls that need no sign-in but ask the store, such as a refresh. */
  visit: { detail: 'too many requests from this address: wait a moment', by: 'address' },
  /** Requests that fail before a sign-in. Only those that would fail anyway are refused. */
  failure: { detail: 'too many failing requests from this address: wait a moment', by: 'address' },
  /** Connections that were cut because they sent more requests than may wait. */
  flood: { detail: 'too many connections of this address sent floods: wait a moment', by: 'address' },
  /** New sockets. A whole office may reconnect at once. */
  upgrade: { detail: 'too many new sockets from this address: wait a moment', by: 'address' },
} as const satisfies Record<string, { detail: string; by?: 'address'; grows?: true }>;

/** A kind of act with a bucket for each key. */
export type RateKind = keyof typeof KINDS;
/** The rate of each kind; null lifts the limit of a kind. */
export type Rates = { [K in RateKind]: Rate | null };

/** The parts that RateLimits works with. */
export type RateLimitsDeps = {
  clock: Pick<Clock, 'now'>;
  /** Null lifts every limit, for measuring on loopback only. */
  rates: Rates | null;
  /** Without it, the disk is never full. */
  space?: Pick<DiskSpace, 'require'>;
};

/** How many keys of each kind are remembered at least. A forgotten key has a full bucket. */
export const KEYS_MIN = 20_000;

/** The buckets of this server. */
export class RateLimits {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #rates: Rates | null;
  readonly #space: Pick<DiskSpace, 'require'> | undefined;
  readonly #shares = new RoomShares();
  readonly #buckets: { [K in RateKind]: RecentKeys<string | number, Bucket> };

  constructor({ clock, rates, space }: RateLimitsDeps) {
    this.#clock = clock;
    this.#space = space;
    this.#rates = rates;
    this.#buckets = Object.fromEntries(
      Object.keys(KINDS).map((kind) => [kind, new RecentKeys<string | number, Bucket>(KEYS_MIN)]),
    ) as { [K in RateKind]: RecentKeys<string | number, Bucket> };
  }

  /**
   * Takes a token from the bucket of `key`.
   * @throws ChatError rate_limited, with the time until the next token; unavailable while the disk is nearly full.
   */
  take(kind: RateKind, key: string | number): void {
    if ('grows' in KINDS[kind]) this.#space?.require();
    const bucket = this.#bucketOf(kind, key);
    const refusal = this.#refusalOf(kind, bucket);
    if (refusal) throw refusal;
    if (bucket) bucket.tokens -= 1;
  }

  /** Returns the error that `take` would throw, or null; takes nothing. For acts that are charged once they succeed. */
  refusal(kind: RateKind, key: string | number): ChatError | null {
    return this.#refusalOf(kind, this.#bucketOf(kind, key));
  }

  /**
   * Checks that a room takes one more event of a person: from its budget, or else from the person's share of its rate. Takes
   * nothing from the budget; `charge` does once the event is stored.
   * @throws ChatError rate_limited.
   */
  requireShare(roomId: number, userId: number): void {
    const refusal = this.refusal('room', roomId);
    const rate = this.#rates?.room;
    if (!refusal || !rate) return;
    const waitMs = this.#shares.take(roomId, userId, rate.perSecond, this.#clock.now());
    if (waitMs === 0) return;
    // Until their own share has grown, not until the room's next token, which somebody else takes.
    throw new ChatError('rate_limited', refusal.message, { retryAfterMs: waitMs });
  }

  /** Charges an act that was let through before, even if others have emptied the bucket since. @param tokens its price. */
  charge(kind: RateKind, key: string | number, tokens = 1): void {
    const bucket = this.#bucketOf(kind, key);
    // The debt is bounded: acts that ran at once must not lock a key out for long.
    if (bucket) bucket.tokens = Math.max(bucket.tokens - tokens, -(this.#rates?.[kind]?.burst ?? 0));
  }

  /** Returns the token of an act that had no effect. */
  giveBack(kind: RateKind, key: string | number): void {
    const bucket = this.#bucketOf(kind, key);
    if (bucket) bucket.tokens = Math.min(bucket.tokens + 1, this.#rates?.[kind]?.burst ?? 0);
  }

  /** The bucket of a key, filled up to now; null if the kind has no limit. */
  #bucketOf(kind: RateKind, key: string | number): Bucket | null {
    const rate = this.#rates?.[kind];
    if (!rate) return null;
    const now = this.#clock.now();
    const name = 'by' in KINDS[kind] ? networkOf(String(key)) : key;
    const bucket = this.#buckets[kind].get(name, () => ({ tokens: rate.burst, at: now }));
    bucket.tokens = Math.min(rate.burst, bucket.tokens + ((now - bucket.at) / 1_000) * rate.perSecond);
    bucket.at = now;
    return bucket;
  }

  #refusalOf(kind: RateKind, bucket: Bucket | null): ChatError | null {
    const rate = this.#rates?.[kind];
    if (!bucket || !rate || bucket.tokens >= 1) return null;
    const retryAfterMs = Math.ceil(((1 - bucket.tokens) / rate.perSecond) * 1_000);
    return new ChatError('rate_limited', KINDS[kind].detail, { retryAfterMs });
  }
}

/** `at`: when the tokens were last counted, in milliseconds of the monotonic clock. */
type Bucket = { tokens: number; at: number };
