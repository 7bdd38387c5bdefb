/** Watches over all links once a second: those without hello, without a sign of life, or with an expired token. */
import { type CloseName, HEARTBEAT_MS, HELLO_TIMEOUT_MS, PONG_TIMEOUT_MS } from '@banter/protocol';
import type { Clock } from '../clock.ts';
import type { Link } from '../hub/link.ts';

/** One link under watch. Times are on the monotonic clock. */
export type Watched = {
  readonly link: Link;
  /** By when hello must have come; null once it has: how long it takes to be looked up is the store's to bound. */
  helloDueAt: number | null;
  /** When the peer last sent anything. */
  heardAt: number;
  /** When the unanswered ping was sent; null while none is. */
  pingedAt: number | null;
  pingDueAt: number;
  /** Null until the caller is known. */
  expiresAt: number | null;
  isSignedIn: boolean;
  /** Sends this kind of link's ping. */
  ping: () => void;
};

export type Watch = {
  add(link: Link, ping: () => void): Watched;
  remove(watched: Watched): void;
  /** Ends all links, also those that have not said hello. */
  endAll(reason: CloseName, retryAfterMs: () => number): void;
  readonly size: number;
  stop(): void;
};

const LOOK_PERIOD_MS = 1_000;
/** How much sooner than HEARTBEAT_MS a ping may be, so that links opened together do not stay in step. */
const JITTER = 0.2;

/**
 * @param random a number from 0 to 1.
 * @param onAlive told of each link, once a look, that has given a sign of life since the last one.
 */
export function createWatch(
  clock: Clock,
  random: () => number,
  onAlive: (link: Link) => void = () => {},
): Watch {
  const all = new Set<Watched>();
  const nextPing = (now: number) => now + HEARTBEAT_MS * (1 - JITTER * random());
  let lookedAt = clock.now();
  const stop = clock.every(LOOK_PERIOD_MS, () => {
    const now = clock.now();
    for (const watched of all) {
      if (isAlive(watched, lookedAt)) onAlive(watched.link);
      look(watched, now, nextPing);
    }
    lookedAt = now;
  });
  return {
    add(link, ping) {
      const now = clock.now();
      const watched: Watched = {
        link,
        helloDueAt: now + HELLO_TIMEOUT_MS,
        heardAt: now,
        pingedAt: null,
        pingDueAt: nextPing(now),
        expiresAt: null,
        isSignedIn: false,
        ping,
      };
      all.add(watched);
      return watched;
    },
    remove: (watched) => void all.delete(watched),
    endAll(reason, retryAfterMs) {
      for (const { link } of [...all]) link.close(reason, retryAfterMs());
    },
    get size() {
      return all.size;
    },
    stop,
  };
}

/** To be called for everything that comes from the peer. */
export function heard(watched: Watched, now: number): void {
  watched.heardAt = now;
  watched.pingedAt = null;
}

/**
 * To be called when the caller is known, and again for a newer token. @param expiresAt the token's end on the wall clock,
 * which is moved to the clock that never jumps; null for none.
 */
export function signedIn(watched: Watched, clock: Clock, expiresAt: number | null): void {
  watched.isSignedIn = true;
  watched.expiresAt = expiresAt === null ? null : clock.now() + (expiresAt - clock.wall());
}

/** Heard of since the last look; or it has not even taken what was written, and the hub sees to that [B1]. */
function isAlive({ link, heardAt, isSignedIn }: Watched, lookedAt: number): boolean {
  return isSignedIn && (heardAt >= lookedAt || link.queuedBytes() > 0);
}

function look(watched: Watched, now: number, nextPing: (now: number) => number): void {
  const { link, helloDueAt, pingedAt, pingDueAt, expiresAt, isSignedIn } = watched;
  if (!isSignedIn) {
    if (helloDueAt !== null && now >= helloDueAt) link.close('no_hello');
  } else if (expiresAt !== null && now >= expiresAt) link.close('token_expired');
  else if (pingedAt !== null) {
    // While anything waits for the peer, the ping may be behind it: whether it still reads is the hub's to see [B1].
    if (link.queuedBytes() > 0) watched.pingedAt = now;
    else if (now - pingedAt >= PONG_TIMEOUT_MS) link.close('no_heartbeat');
  } else if (now >= pingDueAt) {
    watched.pingedAt = now;
    watched.pingDueAt = nextPing(now);
    watched.ping();
  }
}
