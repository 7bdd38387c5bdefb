/** The members of rooms and their presence, loaded at the first read and kept up to date by events. */
import {
  type Member,
  PRESENCE_ROOM_MAX,
  type PresenceEvent,
  type PresenceState,
  type ProfileEvent,
  type RoomEvent,
} from '@banter/protocol';
import type { Clock } from '../clock.ts';
import type { Person } from '../types/people.ts';

/** A room above PRESENCE_ROOM_MAX members gets no presence events. A read reloads its members after this time. */
export const LARGE_ROOM_FRESH_MS = 60_000;

/** The means and listener of People. */
export type PeopleOptions = {
  clock: Pick<Clock, 'now'>;
  /** Loads the members of a room. */
  loadMembers(roomId: number): Promise<Member[]>;
  /** Called when the members of a room have changed, or should be read again. */
  onChange(roomId: number): void;
};

type Roster = {
  members: ReadonlyMap<number, Person>;
  sorted: readonly Person[];
  /** Whether the next read reloads it. */
  isStale: boolean;
  isLoading: boolean;
  loadedAtMs: number;
};

const UNKNOWN: Roster = { members: new Map(), sorted: [], isStale: true, isLoading: false, loadedAtMs: 0 };

/** Owns the members of all rooms that were read. */
export class People {
  readonly #options: PeopleOptions;
  readonly #rosters = new Map<number, Roster>();
  /** Whether there was a link yet. Members that are loaded before it would be loaded again at once. */
  #hasLink = false;

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  /**
   * Returns the members of a room, online first, then away, then by name; empty until they are loaded. Nothing is loaded before
   * the first `linked`.
   */
  of(roomId: number): readonly Person[] {
    const roster = this.#rosters.get(roomId) ?? UNKNOWN;
    if (!this.#hasLink) this.#rosters.set(roomId, roster);
    else if ((roster.isStale || this.#isTooOld(roster)) && !roster.isLoading) void this.#load(roomId, roster);
    return roster.sorted;
  }

  /** Applies a room's next event. */
  apply(event: RoomEvent): void {
    const { roomId } = event;
    switch (event.type) {
      case 'join':
        // The event does not say whether the new member is online.
        this.markStale(roomId);
        break;
      case 'role':
        if (!this.#rosters.get(roomId)?.members.has(event.target)) this.markStale(roomId);
        else this.#update(roomId, event.target, (person) => ({ ...person, role: event.role }));
        break;
      case 'leave':
        this.#update(roomId, event.userId, () => null);
        break;
      case 'kick':
      case 'ban':
        this.#update(roomId, event.target, () => null);
        break;
      case 'mute':
        this.#update(roomId, event.target, ({ mutedUntil: _, ...person }) =>
          event.until === undefined ? person : { ...person, mutedUntil: event.until },
        );
    }
  }

  /** Applies a change of a person's presence, in every room. */
  applyPresence({ userId, state, awayMessage }: PresenceEvent): void {
    const presence = { state, ...(awayMessage === undefined ? {} : { awayMessage }) };
    for (const roomId of this.#rosters.keys()) {
      this.#update(roomId, userId, ({ awayMessage: _, lastSeenAt: __, ...person }) => ({
        ...person,
        ...presence,
      }));
    }
  }

  /** Applies a changed display name, in every room. */
  applyProfile({ userId, displayName }: ProfileEvent): void {
    for (const roomId of this.#rosters.keys()) {
      this.#update(roomId, userId, ({ displayName: _, ...person }) =>
        displayName === undefined ? person : { ...person, displayName },
      );
    }
  }

  /** Makes the next read reload the members of each room, after a new link may have missed events. */
  linked(): void {
    this.#hasLink = true;
    for (const roomId of [...this.#rosters.keys()]) this.markStale(roomId);
  }

  /** Makes the next read reload the members of a room. */
  markStale(roomId: number): void {
    const roster = this.#rosters.get(roomId);
    if (!roster) return;
    this.#rosters.set(roomId, { ...roster, isStale: true });
    this.#options.onChange(roomId);
  }

  /** Forgets the members of a room. */
  remove(roomId: number): void {
    this.#rosters.delete(roomId);
  }

  /** Forgets the members of all rooms. */
  clear(): void {
    this.#rosters.clear();
  }

  async #load(roomId: number, roster: Roster): Promise<void> {
    const { clock, loadMembers } = this.#options;
    this.#rosters.set(roomId, { ...roster, isStale: false, isLoading: true });
    const members = await loadMembers(roomId).catch(() => null);
    const current = this.#rosters.get(roomId);
    if (!current) return;
    // Reload at the next read if the request failed, or if an event during it made its answer stale.
    const isStale = current.isStale || members === null;
    this.#rosters.set(roomId, { ...current, isLoading: false, isStale, loadedAtMs: clock.now() });
    if (members === null) return;
    this.#setMembers(roomId, new Map(members.map((member) => [member.userId, member])), isStale);
  }

  /** Replaces a known person in a room; null removes them. */
  #update(roomId: number, userId: number, update: (person: Person) => Person | null): void {
    const roster = this.#rosters.get(roomId);
    const person = roster?.members.get(userId);
    if (!roster || !person) return;
    const updated = update(person);
    const members = new Map(roster.members);
    if (updated) members.set(userId, updated);
    else members.delete(userId);
    // An answer that is still under way may be older than this event.
    this.#setMembers(roomId, members, roster.isStale || roster.isLoading);
  }

  #setMembers(roomId: number, members: ReadonlyMap<number, Person>, isStale: boolean): void {
    const { isLoading, loadedAtMs } = this.#rosters.get(roomId) ?? UNKNOWN;
    const sorted = [...members.values()].sort(byPresenceThenName);
    this.#rosters.set(roomId, { members, sorted, isStale, isLoading, loadedAtMs });
    this.#options.onChange(roomId);
  }

  #isTooOld({ members, loadedAtMs }: Roster): boolean {
    const ageMs = this.#options.clock.now() - loadedAtMs;
    return members.size > PRESENCE_ROOM_MAX && ageMs > LARGE_ROOM_FRESH_MS;
  }
}

const PRESENCE_ORDER: Record<PresenceState, number> = { online: 0, away: 1, offline: 2 };

function byPresenceThenName(a: Person, b: Person): number {
  if (a.state !== b.state) return PRESENCE_ORDER[a.state] - PRESENCE_ORDER[b.state];
  return a.username.localeCompare(b.username, 'en', { sensitivity: 'base' });
}
