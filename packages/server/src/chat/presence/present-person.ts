/** A person who is present: one with a connection, or with one that ended a moment ago. */
import type { Presence as PresenceNow } from '@banter/protocol';
import type { Link } from '../../hub/link.ts';

/** A person, as presence events name them. */
export type Person = { userId: number; username: string };

/** That a person marked themselves away, and with which message. */
export type Away = { message?: string | undefined };

/** The presence of everybody with neither a connection nor a recent one. */
export const OFFLINE: PresenceNow = { state: 'offline' };
// Shared, because there may be very many people.
const ONLINE: PresenceNow = { state: 'online' };
const AWAY: PresenceNow = { state: 'away' };

/** The state of one person; Presence changes it. Times are those of the monotonic clock. */
export class PresentPerson {
  readonly person: Person;
  /** When the lease of each of the person's links ends. */
  readonly leases = new Map<Link, number>();
  /** When the person last did something. */
  activeAt: number;
  /** Whether the person has done nothing for long. */
  isIdle = false;
  away: Away | null = null;
  /** Cancels the pending "went offline"; null while a connection is open. */
  cancelOffline: (() => void) | null = null;
  /** Whether the store knows that the person was seen since they last did something. */
  isSeenSaved = false;

  constructor(person: Person, activeAt: number) {
    this.person = person;
    this.activeAt = activeAt;
  }

  /** Decides the presence that others see: away by their own choice or because they are idle, else online. */
  get presence(): PresenceNow {
    if (this.away?.message) return { state: 'away', awayMessage: this.away.message };
    return this.away || this.isIdle ? AWAY : ONLINE;
  }
}
