/**
 * Speaking rights: mutes and archived rooms, for what is only passed on and never stored, such as `typing`. The store
 * checks messages itself.
 */
import type { RoomEvent } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import type { Membership } from '../../store/memberships.ts';

/** When a mute or an archived state ends (epoch milliseconds), and the seq as of which that is known. */
type Restriction = { asOf: number; untilMs: number };

/** How many restrictions may be added before expired ones are removed. */
const SWEEP_AFTER = 1_000;

/**
 * The restrictions that this server knows: from memberships read for subscriptions, and from events committed since.
 */
export class SpeakingRights {
  readonly #clock: Pick<Clock, 'wall'>;
  /** By room for archived rooms, by room and person for mutes. */
  readonly #restrictions = new Map<string, Restriction>();
  #sweepAt = SWEEP_AFTER;

  constructor({ clock }: { clock: Pick<Clock, 'wall'> }) {
    this.#clock = clock;
  }

  /** Adopts a person's membership as the store returned it, as of the room's head. */
  adopt(userId: number, { roomId, head, mutedUntil, archivedAt }: Membership): void {
    this.#restrict(roomKey(roomId), head, archivedAt === null ? 0 : Number.POSITIVE_INFINITY);
    this.#restrict(personKey(roomId, userId), head, endOf(mutedUntil));
  }

  /** Records a committed event; all but mute, archive and restore are ignored. */
  record(event: RoomEvent): void {
    const { roomId, seq } = event;
    if (event.type === 'mute') this.#restrict(personKey(roomId, event.target), seq, endOf(event.until));
    if (event.type === 'archive') this.#restrict(roomKey(roomId), seq, Number.POSITIVE_INFINITY);
    if (event.type === 'restore') this.#restrict(roomKey(roomId), seq, 0);
  }

  /** Whether a person may speak in a room, as far as this server knows. */
  maySpeak(roomId: number, userId: number): boolean {
    return !this.#isRestricted(roomKey(roomId)) && !this.#isRestricted(personKey(roomId, userId));
  }

  #isRestricted(key: string): boolean {
    return (this.#restrictions.get(key)?.untilMs ?? 0) > this.#clock.wall();
  }

  /** Ignores what is older than the known state, and an end in the past of which nothing is known. */
  #restrict(key: string, asOf: number, untilMs: number): void {
    const known = this.#restrictions.get(key);
    if (known ? known.asOf > asOf : untilMs <= this.#clock.wall()) return;
    this.#restrictions.set(key, { asOf, untilMs });
    if (this.#restrictions.size >= this.#sweepAt) this.#sweep();
  }

  #sweep(): void {
    const now = this.#clock.wall();
    for (const [key, { untilMs }] of this.#restrictions) if (untilMs <= now) this.#restrictions.delete(key);
    this.#sweepAt = this.#restrictions.size + SWEEP_AFTER;
  }
}

function endOf(until: string | null | undefined): number {
  return until ? Date.parse(until) : 0;
}

function roomKey(roomId: number): string {
  return String(roomId);
}

function personKey(roomId: number, userId: number): string {
  return `${roomId} ${userId}`;
}
