/**
 * Presence: online, away or offline. It is derived from connections, once per person, not per tab. This file decides who is
 * present, present-person.ts who of them is away, and presence-fan-out.ts tells others.
 */
import {
  AWAY_AFTER_MS,
  AWAY_MESSAGE_MAX_CHARS,
  type Presence as PresenceNow,
  SILENCE_MAX_MS,
} from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import type { Connection } from '../../hub/connection.ts';
import type { Link } from '../../hub/link.ts';
import type { LastSeenStore } from '../../store/last-seen.ts';
import { checkLine } from '../fields.ts';
import type { Background } from '../periodic.ts';
import type { Permissions } from '../permissions.ts';
import { Batcher } from './batcher.ts';
import { PresenceFanOut, type PresenceFanOutDeps } from './presence-fan-out.ts';
import { type Away, OFFLINE, type Person, PresentPerson } from './present-person.ts';

/** A connection, as the hub reports it. */
export type Connected = Person & Pick<Connection, 'link' | 'onlyRoomId'>;

/** A caller who did something. */
type ActiveCaller = { user: { id: number }; permissions: Pick<Permissions, 'roomId'> };

/** The parts that Presence works with. */
export type PresenceDeps = Omit<PresenceFanOutDeps, 'of'> & {
  lastSeen: Pick<LastSeenStore, 'save'>;
  clock: Clock;
};

/** How long a person without a connection still counts as present, so that a reload is not reported [P1]. */
export const OFFLINE_DELAY_MS = 5_000;
/** How long a connection counts after its last sign of life: no longer than its client waits for one of ours. */
export const LEASE_MS = SILENCE_MAX_MS;
/** How often idle people and expired leases are looked for. */
export const CHECK_PERIOD_MS = 5_000;
/** How often active people are saved as seen. People who leave are saved at once. */
export const SEEN_PERIOD_MS = 60_000;

/** The people who are present on this server. */
export class Presence implements Background {
  readonly #clock: Clock;
  readonly #present = new Map<number, PresentPerson>();
  /** The person of each link with a lease. */
  readonly #owners = new Map<Link, PresentPerson>();
  readonly #fanOut: PresenceFanOut;
  readonly #seen: Batcher<Date>;
  #stops: (() => void)[] = [];

  constructor({ lastSeen, clock, ...deps }: PresenceDeps) {
    this.#clock = clock;
    this.#fanOut = new PresenceFanOut({ ...deps, of: (userId) => this.of(userId) });
    this.#seen = new Batcher((batch) => lastSeen.save(batch), deps.onProblem);
  }

  /** Begins to look for idle people and expired leases, and to save who was seen. */
  start(): void {
    this.#stops = [
      this.#clock.every(CHECK_PERIOD_MS, () => this.#check()),
      this.#clock.every(SEEN_PERIOD_MS, () => this.#saveActive()),
    ];
  }

  /** Stops, and saves everybody who is present as seen now. */
  async stop(): Promise<void> {
    for (const stop of this.#stops) stop();
    for (const { person, cancelOffline } of this.#present.values()) {
      cancelOffline?.();
      this.#seen.add(person.userId, this.#now());
    }
    await this.#seen.settled();
  }

  /** Records that a connection opened or closed. Connections for a single room belong to programs and do not count. */
  connectionChanged({ userId, username, link, onlyRoomId }: Connected, isOpen: boolean): void {
    if (onlyRoomId !== null) return;
    const known = this.#present.get(userId);
    if (!isOpen) {
      if (known) this.#endLease(known, link);
      return;
    }
    const present = known ?? this.#arrive({ userId, username });
    present.cancelOffline?.();
    present.cancelOffline = null;
    present.leases.set(link, this.#clock.now() + LEASE_MS);
    this.#owners.set(link, present);
  }

  /** Renews the lease of a link that gave a sign of life. */
  renew(link: Link): void {
    this.#owners.get(link)?.leases.set(link, this.#clock.now() + LEASE_MS);
  }

  /** Records that a person did something, over whichever door. Acts of a program for one room do not count. */
  markActive({ user, permissions }: ActiveCaller): void {
    const known = this.#present.get(user.id);
    if (!known || permissions.roomId !== null) return;
    known.activeAt = this.#clock.now();
    known.isSeenSaved = false;
    if (!known.isIdle) return;
    known.isIdle = false;
    this.#fanOut.publish(known.person);
  }

  /**
   * Marks a person as away, or with null as back. An absent person stays offline, and nothing is kept of it.
   * @returns the person's presence now. @throws ChatError invalid (the message).
   */
  setAway(userId: number, away: Away | null): PresenceNow {
    const message = checkLine(away?.message ?? '', 'message', AWAY_MESSAGE_MAX_CHARS);
    const known = this.#present.get(userId);
    if (!known) return OFFLINE;
    known.away = away && { message };
    this.#fanOut.publish(known.person);
    this.#fanOut.publishToSelf(known.person);
    return known.presence;
  }

  /** Reports a deleted account as offline at once. @param person carries the name that the account now has. */
  forget(person: Person): void {
    const known = this.#present.get(person.userId);
    if (!known) return;
    known.cancelOffline?.();
    for (const link of known.leases.keys()) this.#owners.delete(link);
    this.#present.delete(person.userId);
    this.#fanOut.publish(person);
  }

  /** Returns a person's presence. */
  of(userId: number): PresenceNow {
    return this.#present.get(userId)?.presence ?? OFFLINE;
  }

  /** How many people are online or away. */
  count(): number {
    return this.#present.size;
  }

  #now(): Date {
    return new Date(this.#clock.wall());
  }

  #arrive(person: Person): PresentPerson {
    const present = new PresentPerson(person, this.#clock.now());
    this.#present.set(person.userId, present);
    this.#fanOut.publish(person);
    return present;
  }

  /** Without a lease left, the person goes offline after OFFLINE_DELAY_MS. */
  #endLease(known: PresentPerson, link: Link): void {
    this.#owners.delete(link);
    if (!known.leases.delete(link) || known.leases.size > 0) return;
    const { person } = known;
    const leftAt = this.#now();
    known.cancelOffline = this.#clock.after(OFFLINE_DELAY_MS, () => {
      this.#present.delete(person.userId);
      this.#seen.add(person.userId, leftAt);
      this.#fanOut.publish(person);
    });
  }

  #check(): void {
    const now = this.#clock.now();
    for (const known of this.#present.values()) {
      for (const [link, until] of known.leases) if (until <= now) this.#endLease(known, link);
      if (known.isIdle || now - known.activeAt < AWAY_AFTER_MS) continue;
      known.isIdle = true;
      this.#fanOut.publish(known.person);
    }
  }

  /** Bounds what a crash loses: at most the last SEEN_PERIOD_MS. */
  #saveActive(): void {
    for (const known of this.#present.values()) {
      if (!known.isSeenSaved) this.#seen.add(known.person.userId, this.#now());
      known.isSeenSaved = true;
    }
  }
}
