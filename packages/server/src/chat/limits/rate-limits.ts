/** Token buckets: how much of each kind of act one key (a person, a room, an address) may do [L2]. */
import { ChatError } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import { networkOf } from './network.ts';
import { createRecentKeys, type RecentKeys } from './recent-keys.ts';

/** `burst` at once, then `perSecond`. */
type Rate = { burst: number; perSecond: number };

/** What a refusal says; `by`: keys are addresses, of which one network has many. */
const KINDS = {
  send: { detail: 'you send faster than a room can read' },
  /** A room as a whole: many people together can be too much, too. */
  room: { detail: 'more is said in this room than anybody can read' },
  createRoom: { detail: 'you make rooms and invitations too fast' },
  search: { detail: 'you search faster than one can read' },
  /** Every call and command of a person that has no bucket of its own. */
  act: { detail: 'you ask for more than one person can read' },
  typing: { detail: 'too many typing notices' },
  login: { detail: 'too many tries to sign in from this address', by: 'address' },
  register: { detail: 'too many new accounts from this address', by: 'address' },
  /** Calls that need no sign-in and ask the store: refreshing, and what the server says about itself. */
  visit: { detail: 'too many calls from this address', by: 'address' },
  /** A whole office may come back at once. */
  upgrade: { detail: 'too many new sockets from this address', by: 'address' },
} as const satisfies Record<string, { detail: string; by?: 'address' }>;

export type RateKind = keyof typeof KINDS;
/** Null lifts a kind's limit. */
export type Rates = { [K in RateKind]: Rate | null };

export type RateLimits = {
  /** Takes one from the bucket of `key`. @throws ChatError rate_limited with the time until there is one again. */
  take(kind: RateKind, key: string | number): void;
  /** What take would throw, or null; takes nothing: for what is charged only once it has come about. */
  refusal(kind: RateKind, key: string | number): ChatError | null;
  /** Takes one that was not refused before, also when others have emptied the bucket meanwhile. */
  charge(kind: RateKind, key: string | number): void;
};

/** So many keys of each kind are remembered at least. A forgotten key has a full bucket. */
export const KEYS_MIN = 20_000;

/** @param rates null lifts every limit, for measuring on loopback only. */
export function createRateLimits(clock: Clock, rates: Rates | null): RateLimits {
  if (!rates) return { take() {}, refusal: () => null, charge() {} };
  const buckets = Object.fromEntries(
    Object.keys(rates).map((kind) => [kind, createRecentKeys<string | number, Bucket>(KEYS_MIN)]),
  ) as { [K in RateKind]: RecentKeys<string | number, Bucket> };

  function bucketOf(kind: RateKind, key: string | number): Bucket | null {
    const rate = rates?.[kind];
    if (!rate) return null;
    const now = clock.now();
    const name = 'by' in KINDS[kind] ? networkOf(String(key)) : key;
    const bucket = buckets[kind].get(name, () => ({ tokens: rate.burst, at: now }));
    bucket.tokens = Math.min(rate.burst, bucket.tokens + ((now - bucket.at) / 1_000) * rate.perSecond);
    bucket.at = now;
    return bucket;
  }

  function refusalOf(kind: RateKind, bucket: Bucket | null): ChatError | null {
    const rate = rates?.[kind];
    if (!bucket || !rate || bucket.tokens >= 1) return null;
    const retryAfterMs = Math.ceil(((1 - bucket.tokens) / rate.perSecond) * 1_000);
    return new ChatError('rate_limited', KINDS[kind].detail, { retryAfterMs });
  }

  return {
    take(kind, key) {
      const bucket = bucketOf(kind, key);
      const refusal = refusalOf(kind, bucket);
      if (refusal) throw refusal;
      if (bucket) bucket.tokens -= 1;
    },
    refusal: (kind, key) => refusalOf(kind, bucketOf(kind, key)),
    charge(kind, key) {
      const bucket = bucketOf(kind, key);
      // Not without an end: what was under way at once must not shut a key out for long.
      if (bucket) bucket.tokens = Math.max(bucket.tokens - 1, -(rates[kind]?.burst ?? 0));
    },
  };
}

type Bucket = { tokens: number; at: number };
