/** Token buckets: how much of each kind of act one key (a person, an address, an account) may do [L2]. */
import { ChatError } from '@banter/protocol';
import type { Clock } from '../clock.ts';
import { networkOf } from './network.ts';

/** `by` says that keys are addresses, of which one network has many. */
type Rate = { burst: number; perSecond: number; detail: string; by?: 'address' };

/** `burst` at once, then `perSecond`. A paste fits into the burst of sends. */
const RATES = {
  loginByAccount: { burst: 20, perSecond: 0.2, detail: 'too many tries to sign in to this account' },
  loginByAddress: {
    burst: 200,
    perSecond: 2,
    detail: 'too many tries to sign in from this address',
    by: 'address',
  },
  registerByAddress: {
    burst: 200,
    perSecond: 0.5,
    detail: 'too many new accounts from this address',
    by: 'address',
  },
  send: { burst: 400, perSecond: 40, detail: 'you send faster than a room can read' },
  createRoom: { burst: 60, perSecond: 0.2, detail: 'you create rooms too fast' },
  /** A box that searches while one types asks a few times a second. */
  search: { burst: 60, perSecond: 5, detail: 'you search faster than one can read' },
  /** Every call and command of a person that has no bucket of its own. */
  act: { burst: 2_000, perSecond: 200, detail: 'you ask for more than one person can read' },
  /** Calls that need no sign-in and ask the store: refreshing, and what the server says about itself. */
  visit: { burst: 600, perSecond: 50, detail: 'too many calls from this address', by: 'address' },
  /** New sockets of an address: a whole office may come back at once. */
  upgrade: { burst: 3_000, perSecond: 100, detail: 'too many new sockets from this address', by: 'address' },
  typing: { burst: 20, perSecond: 2, detail: 'too many typing notices' },
} as const satisfies Record<string, Rate>;

export type RateKind = keyof typeof RATES;

export type RateLimits = {
  /** Takes one from the bucket of `key`. @throws ChatError rate_limited with the time until there is one again. */
  take(kind: RateKind, key: string | number): void;
};

/** How many buckets are kept before those that are full again (and so say nothing) are thrown out. */
const BUCKETS_MAX = 50_000;
/** A flood of keys must not make every act walk over all buckets. */
const EVICTION_PERIOD_MS = 1_000;

/** @param isOn false lifts every limit, for measuring on loopback only. */
export function createRateLimits(clock: Clock, isOn: boolean): RateLimits {
  const buckets = new Map<string, Bucket>();
  let evictionDueAt = 0;
  return {
    take(kind, key) {
      if (!isOn) return;
      const rate: Rate = RATES[kind];
      const name = `${kind}:${rate.by === 'address' ? networkOf(String(key)) : key}`;
      const bucket = refill(buckets.get(name), rate, clock.now());
      if (bucket.tokens < 1) {
        const retryAfterMs = Math.ceil(((1 - bucket.tokens) / rate.perSecond) * 1_000);
        throw new ChatError('rate_limited', rate.detail, { retryAfterMs });
      }
      bucket.tokens -= 1;
      if (buckets.size >= BUCKETS_MAX && clock.now() >= evictionDueAt) {
        evictFull(buckets, clock.now());
        evictionDueAt = clock.now() + EVICTION_PERIOD_MS;
      }
      buckets.set(name, bucket);
    },
  };
}

type Bucket = { tokens: number; at: number; rate: Rate };

function refill(bucket: Bucket | undefined, rate: Rate, now: number): Bucket {
  if (!bucket) return { tokens: rate.burst, at: now, rate };
  bucket.tokens = Math.min(rate.burst, bucket.tokens + ((now - bucket.at) / 1_000) * rate.perSecond);
  bucket.at = now;
  return bucket;
}

function evictFull(buckets: Map<string, Bucket>, now: number): void {
  for (const [name, bucket] of buckets) {
    if (refill(bucket, bucket.rate, now).tokens >= bucket.rate.burst) buckets.delete(name);
  }
}
