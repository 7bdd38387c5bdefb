/** Checks all links once a second, and closes those without a hello, without a sign of life, or with an expired token. */
import { type CloseName, HEARTBEAT_MS, HELLO_TIMEOUT_MS, PONG_TIMEOUT_MS } from '@banter/protocol';
import type { Clock } from '../clock.ts';
import type { Connection } from '../hub/connection.ts';
import type { Link } from '../hub/link.ts';
import { cutUnfinished, type Sender } from './unfinished-messages.ts';

/** The owner of a link. */
export type LinkOwner = {
  /** Sends a ping of the link's kind. */
  ping(): void;
  /** Returns how many bytes of a message have arrived whose end has not. */
  unfinishedBytes(): number;
  /** Ends the connection without a word, and frees what it holds. */
  cut(): void;
};

/** A link under watch. Times are on the monotonic clock, in milliseconds. */
export type WatchedLink = {
  readonly link: Link;
  /** The peer's address, for bans. */
  readonly address: string;
  readonly owner: LinkOwner;
  /** Null until the link is signed in. */
  connection: Connection | null;
  /** When hello must have arrived; null once it has, because the store's own time-outs bound the sign-in. */
  helloDueAt: number | null;
  /** When the peer last sent anything. */
  activeAt: number;
  /** When the last ping was sent; null once it is answered. */
  pingedAt: number | null;
  pingDueAt: number;
  /** When the token expires; null if it never does, and before the sign-in. */
  expiresAt: number | null;
};

/** Milliseconds between two checks of all links. */
const CHECK_PERIOD_MS = 1_000;
/** Links that one turn of the event loop closes at a check. */
const CLOSES_PER_TURN = 50;
/** The part of HEARTBEAT_MS by which a ping may come early, so that links which opened together are not pinged together. */
const JITTER = 0.2;

/** Owns heartbeats, time-outs and expiry of all links. */
export class Watch {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #onAlive: (link: Link) => void;
  readonly #isBanned: (address: string) => boolean;
  /** Links that opened since the last check. A ban may have come between their admission and their opening. */
  #newLinks: WatchedLink[] = [];
  readonly #links = new Set<WatchedLink>();
  readonly #stop: () => void;
  #checkedAt: number;

  /**
   * @param random returns a number from 0 to 1.
   * @param onAlive called at a check for each signed-in link that is alive: its peer has sent something since the check
   * before, or is a slow reader.
   * @param isBanned tells whether links from an address must close [G7].
   */
  constructor(
    clock: Clock,
    random: () => number,
    onAlive: (link: Link) => void = () => {},
    isBanned: (address: string) => boolean = () => false,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#onAlive = onAlive;
    this.#isBanned = isBanned;
    this.#checkedAt = clock.now();
    this.#stop = clock.every(CHECK_PERIOD_MS, () => this.#checkAll());
  }

  /** The number of links under watch. */
  get size(): number {
    return this.#links.size;
  }

  /** Begins to watch a link that has just opened from an address. */
  add(link: Link, owner: LinkOwner, address: string): WatchedLink {
    const now = this.#clock.now();
    const watched: WatchedLink = {
      link,
      address,
      owner,
      connection: null,
      helloDueAt: now + HELLO_TIMEOUT_MS,
      activeAt: now,
      pingedAt: null,
      pingDueAt: this.#nextPingAt(now),
      expiresAt: null,
    };
    this.#links.add(watched);
    this.#newLinks.push(watched);
    return watched;
  }

  /** Ends the watch of a link that has closed. */
  remove(watched: WatchedLink): void {
    this.#links.delete(watched);
  }

  /** Closes all links, also those without a hello. @param retryAfterMs asked for each of them. */
  closeAll(reason: CloseName, retryAfterMs: () => number): void {
    for (const { link } of [...this.#links]) link.close(reason, retryAfterMs());
  }

  /** Closes the links of banned addresses. Call it when the bans have changed. */
  closeBanned(): void {
    this.#closeBannedOf([...this.#links]);
  }

  /** Ends the checks. */
  stop(): void {
    this.#stop();
  }

  #checkAll(): void {
    const now = this.#clock.now();
    this.#closeBannedOf(this.#newLinks);
    this.#newLinks = [];
    const due: WatchedLink[] = [];
    for (const watched of this.#links) {
      if (isAlive(watched, this.#checkedAt)) this.#onAlive(watched.link);
      if (this.#check(watched, now)) due.push(watched);
    }
    this.#checkedAt = now;
    this.#closeInTurns(due);
    cutUnfinished(this.#senders());
  }

  *#senders(): Generator<Sender> {
    for (const { address, owner } of this.#links) {
      const bytes = owner.unfinishedBytes();
      if (bytes > 0) yield { address, unfinishedBytes: () => bytes, cut: () => owner.cut() };
    }
  }

  #closeBannedOf(links: readonly WatchedLink[]): void {
    for (const { link, address } of links) if (this.#isBanned(address)) link.close('banned');
  }

  /** Closes links that are due, some of them in a later turn: a crowd that says nothing would hold everybody up. */
  #closeInTurns(due: WatchedLink[]): void {
    for (const watched of due.splice(0, CLOSES_PER_TURN)) {
      const reason = this.#links.has(watched) && this.#check(watched, this.#clock.now());
      if (reason) watched.link.close(reason);
    }
    if (due.length > 0) setImmediate(() => this.#closeInTurns(due));
  }

  /** Pings a link if that is due. Returns the reason for which it must close; null for none. */
  #check(watched: WatchedLink, now: number): CloseName | null {
    const { link, connection, helloDueAt, pingedAt, pingDueAt, expiresAt } = watched;
    if (!connection) return helloDueAt !== null && now >= helloDueAt ? 'no_hello' : null;
    if (expiresAt !== null && now >= expiresAt) return 'token_expired';
    if (pingedAt !== null) {
      if (link.queuedBytes() === 0) return now - pingedAt >= PONG_TIMEOUT_MS ? 'no_heartbeat' : null;
      // The ping may still wait behind other bytes. Whether such a peer reads at all is the hub's check [B1].
      watched.pingedAt = now;
    } else if (now >= pingDueAt) {
      watched.pingedAt = now;
      watched.pingDueAt = this.#nextPingAt(now);
      watched.owner.ping();
    }
    return null;
  }

  #nextPingAt(now: number): number {
    return now + HEARTBEAT_MS * (1 - JITTER * this.#random());
  }
}

/** Records that the peer sent something at `now` (monotonic). */
export function recordActivity(watched: WatchedLink, now: number): void {
  watched.activeAt = now;
  watched.pingedAt = null;
}

/** Sets when the link's token expires: `expiresAt` is on the wall clock, and null if it never does. */
export function setExpiry(watched: WatchedLink, clock: Clock, expiresAt: number | null): void {
  watched.expiresAt = expiresAt === null ? null : clock.now() + (expiresAt - clock.wall());
}

/** Whether the peer sent something since `checkedAt`. A slow reader counts as alive: the hub closes it if it stalls [B1]. */
function isAlive({ link, connection, activeAt }: WatchedLink, checkedAt: number): boolean {
  return connection !== null && (activeAt >= checkedAt || link.queuedBytes() > 0);
}
