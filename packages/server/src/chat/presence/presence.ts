/** Presence: who is here, and who is away. Derived from connections; told once per person, not per tab. */
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
import type { Permissions } from '../permissions.ts';
import { createGathering } from './batcher.ts';
import { createPresenceNews, type PresenceNewsDeps } from './presence-fan-out.ts';

export type Person = { userId: number; username: string };
/** What the hub knows of a connection that counts. */
export type Connected = Person & Pick<Connection, 'link' | 'onlyRoomId'>;
type Doer = { user: { id: number }; permissions: Pick<Permissions, 'roomId'> };
/** That a person said so themselves, with what they said. */
export type Away = { message?: string | undefined };

export type Presence = {
  /** To be told by the hub of each connection that opens or ends. One for a single room is a program's, and does not count. */
  connectionChanged(connection: Connected, isOpen: boolean): void;
  /** To be told of a link's sign of life: without any its connection does not count for long. */
  renew(link: Link): void;
  /** The person did something, over whichever connection; what a program does for one room says nothing of them. */
  markActive(caller: Doer): void;
  /** The person is away by their own word, or (null) back. Nothing is kept of one who is not here. @throws ChatError invalid. */
  setAway(userId: number, away: Away | null): PresenceNow;
  /** The account is no more: its person is offline at once, under the name that is left, and seen no more. */
  forget(person: Person): void;
  of(userId: number): PresenceNow;
  /** How many people are here, away ones too. */
  count(): number;
  /** Ends, and keeps when everybody here was last seen. */
  close(): Promise<void>;
};

export type PresenceDeps = Omit<PresenceNewsDeps, 'of'> & {
  lastSeen: Pick<LastSeenStore, 'save'>;
  clock: Clock;
};

/** Who is back within this time was never away: a reload is nobody's news. */
export const OFFLINE_DELAY_MS = 5_000;
/** A connection counts for so long after its last sign of life: no longer than its client would wait for one of ours. */
export const LEASE_MS = SILENCE_MAX_MS;
/** How often idle people and ended leases are looked for. */
export const LOOK_PERIOD_MS = 5_000;
/** How often it is kept that people who did something were seen; for who goes it is kept at once. */
export const SEEN_PERIOD_MS = 60_000;

/** Somebody with a connection, or who had one a moment ago. */
type Here = {
  readonly person: Person;
  readonly leases: Map<Link, number>;
  activeAt: number;
  isIdle: boolean;
  away: Away | null;
  /** While no connection is left: what calls the leaving off. */
  callOff: (() => void) | null;
  isSeenSaved: boolean;
};

/** Shared by all who are so: there may be many. */
const ONLINE: PresenceNow = { state: 'online' };
const AWAY: PresenceNow = { state: 'away' };
const OFFLINE: PresenceNow = { state: 'offline' };

export function createPresence({ memberships, hub, lastSeen, clock, onProblem }: PresenceDeps): Presence {
  const here = new Map<number, Here>();
  /** Whose connection a link is. */
  const owners = new Map<Link, Here>();
  const of = (userId: number) => presenceOf(here.get(userId));
  const news = createPresenceNews({ memberships, hub, of, onProblem });
  const seen = createGathering<Date>((batch) => lastSeen.save(batch), onProblem);

  function arrive(person: Person): Here {
    const newcomer: Here = {
      person,
      leases: new Map(),
      activeAt: clock.now(),
      isIdle: false,
      away: null,
      callOff: null,
      isSeenSaved: false,
    };
    here.set(person.userId, newcomer);
    news.tell(person);
    return newcomer;
  }

  function drop(known: Here, link: Link): void {
    owners.delete(link);
    if (!known.leases.delete(link) || known.leases.size > 0) return;
    const { person } = known;
    const leftAt = new Date(clock.wall());
    known.callOff = clock.after(OFFLINE_DELAY_MS, () => {
      here.delete(person.userId);
      seen.add(person.userId, leftAt);
      news.tell(person);
    });
  }

  function look(): void {
    const now = clock.now();
    for (const known of here.values()) {
      for (const [link, until] of known.leases) if (until <= now) drop(known, link);
      if (known.isIdle || now - known.activeAt < AWAY_AFTER_MS) continue;
      known.isIdle = true;
      news.tell(known.person);
    }
  }

  /** Should the process die, no more than this is forgotten. */
  function saveSeen(): void {
    for (const known of here.values()) {
      if (!known.isSeenSaved) seen.add(known.person.userId, new Date(clock.wall()));
      known.isSeenSaved = true;
    }
  }

  const stops = [clock.every(LOOK_PERIOD_MS, look), clock.every(SEEN_PERIOD_MS, saveSeen)];

  return {
    connectionChanged({ userId, username, link, onlyRoomId }, isOpen) {
      if (onlyRoomId !== null) return;
      const known = here.get(userId);
      if (!isOpen) return void (known && drop(known, link));
      const present = known ?? arrive({ userId, username });
      present.callOff?.();
      present.callOff = null;
      present.leases.set(link, clock.now() + LEASE_MS);
      owners.set(link, present);
    },
    renew(link) {
      owners.get(link)?.leases.set(link, clock.now() + LEASE_MS);
    },
    markActive({ user, permissions }) {
      const known = here.get(user.id);
      if (!known || permissions.roomId !== null) return;
      known.activeAt = clock.now();
      known.isSeenSaved = false;
      if (!known.isIdle) return;
      known.isIdle = false;
      news.tell(known.person);
    },
    setAway(userId, away) {
      const message = checkLine(away?.message ?? '', 'message', AWAY_MESSAGE_MAX_CHARS);
      const known = here.get(userId);
      if (!known) return OFFLINE;
      known.away = away && { message };
      news.tell(known.person, { isOwnWord: true });
      return of(userId);
    },
    forget(person) {
      const known = here.get(person.userId);
      if (!known) return;
      known.callOff?.();
      for (const link of known.leases.keys()) owners.delete(link);
      here.delete(person.userId);
      news.tell(person);
    },
    of,
    count: () => here.size,
    async close() {
      for (const stop of stops) stop();
      for (const { person, callOff } of here.values()) {
        callOff?.();
        seen.add(person.userId, new Date(clock.wall()));
      }
      await seen.settled();
    },
  };
}

function presenceOf(known: Here | undefined): PresenceNow {
  if (!known) return OFFLINE;
  const { away, isIdle } = known;
  if (away?.message) return { state: 'away', awayMessage: away.message };
  return away || isIdle ? AWAY : ONLINE;
}
