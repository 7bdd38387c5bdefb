/**
 * Who has no voice where. The store judges what is stored; what is only passed on, as `typing` is, is judged by this:
 * what subscriptions were told when they began, and what was committed since.
 */
import type { RoomEvent } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import type { Membership } from '../../store/memberships.ts';

export type SpeakingRights = {
  /** Takes what the store says of a person's membership, as of the room's head. */
  adopt(userId: number, membership: Membership): void;
  /** Takes an event that was committed. */
  record(event: RoomEvent): void;
  /** Whether this person may speak in this room, for all that is known. */
  maySpeak(roomId: number, userId: number): boolean;
};

/** A fact about a voice and the seq as of which it holds: what is older changes nothing. */
type Silence = { asOf: number; untilMs: number };

/** Of those that are over, so many are kept before they are looked through. */
const ENDED_MAX = 1_000;

export function createSpeakingRights(clock: Clock): SpeakingRights {
  /** By room for archived ones, by room and person for mutes. */
  const silences = new Map<string, Silence>();
  let sweepAt = ENDED_MAX;

  function take(key: string, next: Silence): void {
    const known = silences.get(key);
    if (known ? known.asOf > next.asOf : next.untilMs <= clock.wall()) return;
    silences.set(key, next);
    if (silences.size < sweepAt) return;
    for (const [each, { untilMs }] of silences) if (untilMs <= clock.wall()) silences.delete(each);
    sweepAt = silences.size + ENDED_MAX;
  }

  const isSilent = (key: string) => (silences.get(key)?.untilMs ?? 0) > clock.wall();

  return {
    adopt(userId, { roomId, head, mutedUntil, archivedAt }) {
      take(roomKey(roomId), { asOf: head, untilMs: archivedAt === null ? 0 : Number.POSITIVE_INFINITY });
      take(personKey(roomId, userId), { asOf: head, untilMs: endOf(mutedUntil) });
    },
    record(event) {
      const { roomId, seq: asOf } = event;
      if (event.type === 'mute') take(personKey(roomId, event.target), { asOf, untilMs: endOf(event.until) });
      if (event.type === 'archive') take(roomKey(roomId), { asOf, untilMs: Number.POSITIVE_INFINITY });
      if (event.type === 'restore') take(roomKey(roomId), { asOf, untilMs: 0 });
    },
    maySpeak: (roomId, userId) => !isSilent(roomKey(roomId)) && !isSilent(personKey(roomId, userId)),
  };
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
