/** Who is in a room and who is there, loaded when somebody first asks, kept true by events. */
import {
  type Member,
  PRESENCE_ROOM_MAX,
  type PresenceEvent,
  type PresenceState,
  type RoomEvent,
} from '@banter/protocol';
import type { Clock } from '../clock.ts';
import type { Person } from '../types/people.ts';

/** In a room so large that presence is not told in it, what is older than this is loaded again when looked at. */
export const LARGE_ROOM_FRESH_MS = 60_000;

export type PeopleOptions = {
  clock: Pick<Clock, 'now'>;
  loadMembers(roomId: number): Promise<Member[]>;
  onChange(roomId: number): void;
};

export type People = {
  /** The people of a room, online first, then away, then by name; empty until they are loaded. */
  of(roomId: number): readonly Person[];
  apply(event: RoomEvent): void;
  presence(event: PresenceEvent): void;
  /** What is known may be old: it is loaded again when somebody next asks. */
  stale(roomId?: number): void;
  remove(roomId: number): void;
  clear(): void;
};

type Roster = {
  members: ReadonlyMap<number, Person>;
  sorted: readonly Person[];
  isStale: boolean;
  loading: boolean;
  loadedAt: number;
};

const UNKNOWN: Roster = { members: new Map(), sorted: [], isStale: true, loading: false, loadedAt: 0 };

/** The people of all rooms that were asked for. */
export function createPeople({ clock, loadMembers, onChange }: PeopleOptions): People {
  const rosters = new Map<number, Roster>();

  function set(roomId: number, members: ReadonlyMap<number, Person>, isStale = false): void {
    const { loading, loadedAt } = rosters.get(roomId) ?? UNKNOWN;
    rosters.set(roomId, {
      members,
      sorted: [...members.values()].sort(byPresenceThenName),
      isStale,
      loading,
      loadedAt,
    });
    onChange(roomId);
  }

  async function load(roomId: number, roster: Roster): Promise<void> {
    rosters.set(roomId, { ...roster, isStale: false, loading: true });
    const members = await loadMembers(roomId).catch(() => null);
    const now = rosters.get(roomId);
    if (!now) return;
    // What became old while it was on its way is loaded once more, and so is what did not come, when next asked for.
    const isStale = now.isStale || members === null;
    rosters.set(roomId, { ...now, loading: false, isStale, loadedAt: clock.now() });
    if (members) set(roomId, new Map(members.map((member) => [member.userId, member])), now.isStale);
  }

  function change(roomId: number, userId: number, next: (person: Person) => Person | null): void {
    const roster = rosters.get(roomId);
    const person = roster?.members.get(userId);
    if (!roster || !person) return;
    const changed = next(person);
    const members = new Map(roster.members);
    if (changed) members.set(userId, changed);
    else members.delete(userId);
    set(roomId, members, roster.isStale || roster.loading);
  }

  function isOld({ members, loadedAt }: Roster): boolean {
    return members.size > PRESENCE_ROOM_MAX && clock.now() - loadedAt > LARGE_ROOM_FRESH_MS;
  }

  const people: People = {
    of(roomId) {
      const roster = rosters.get(roomId) ?? UNKNOWN;
      if ((roster.isStale || isOld(roster)) && !roster.loading) void load(roomId, roster);
      return roster.sorted;
    },
    apply(event) {
      switch (event.type) {
        case 'join':
          // Whether the newcomer is there is not in the event.
          return people.stale(event.roomId);
        case 'role':
          if (!rosters.get(event.roomId)?.members.has(event.target)) return people.stale(event.roomId);
          return change(event.roomId, event.target, (person) => ({ ...person, role: event.role }));
        case 'leave':
          return change(event.roomId, event.userId, () => null);
        case 'kick':
        case 'ban':
          return change(event.roomId, event.target, () => null);
        case 'mute':
          return change(event.roomId, event.target, ({ mutedUntil: _, ...person }) =>
            event.until === undefined ? person : { ...person, mutedUntil: event.until },
          );
      }
    },
    presence({ userId, state, awayMessage }) {
      const now = { state, ...(awayMessage === undefined ? {} : { awayMessage }) };
      for (const roomId of rosters.keys()) {
        change(roomId, userId, ({ awayMessage: _, lastSeenAt: __, ...person }) => ({ ...person, ...now }));
      }
    },
    stale(roomId) {
      for (const id of roomId === undefined ? [...rosters.keys()] : [roomId]) {
        const roster = rosters.get(id);
        if (!roster) continue;
        rosters.set(id, { ...roster, isStale: true });
        onChange(id);
      }
    },
    remove: (roomId) => void rosters.delete(roomId),
    clear: () => rosters.clear(),
  };
  return people;
}

const PLACES: Record<PresenceState, number> = { online: 0, away: 1, offline: 2 };

function byPresenceThenName(a: Person, b: Person): number {
  if (a.state !== b.state) return PLACES[a.state] - PLACES[b.state];
  return a.username.localeCompare(b.username, 'en', { sensitivity: 'base' });
}
