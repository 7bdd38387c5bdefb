/** Rooms: listing, creating, changing, joining and leaving them. */
import type { Room } from '@banter/protocol';
import type { Appender, ChangeResult } from '../../store/append/appender.ts';
import type { ListedRoom, RoomPlace, RoomStore } from '../../store/rooms.ts';
import type { Caller } from '../caller.ts';
import { rejectedField } from '../fields.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import { isTimeAndId, type Page, type PageQuery, readPage, typesOf } from '../paging.ts';
import type { Memberships } from './memberships.ts';
import type { Namesakes } from './namesakes.ts';
import { noSuchRoom } from './room-access.ts';
import type { RoomCaps } from './room-caps.ts';
import { changesOf, checkName, checkTopic, type NewRoomInput, type RoomUpdate } from './room-fields.ts';
import { followEntry, type Subscriptions } from './subscriptions.ts';

/** Which rooms to list. */
export type RoomsQuery = PageQuery & {
  /** Whether to include archived rooms; by default not. */
  archived?: boolean | undefined;
  /** Whether to list only rooms of the caller. */
  joined?: boolean | undefined;
  /** The beginning of their names, in any case. */
  q?: string | undefined;
};

/** The parts that Rooms works with. */
export type RoomsDeps = {
  rooms: Pick<RoomStore, 'list' | 'find' | 'create'>;
  memberships: Pick<Memberships, 'requireRole'>;
  appender: Pick<Appender, 'change'>;
  subscriptions: Pick<Subscriptions, 'followNew' | 'followFound'>;
  limits: Pick<RateLimits, 'take'>;
  caps: Pick<RoomCaps, 'enter'>;
  namesakes: Pick<Namesakes, 'tell'>;
};

/** The rooms of the server, as each caller may see and change them. */
export class Rooms {
  readonly #deps: RoomsDeps;

  constructor(deps: RoomsDeps) {
    this.#deps = deps;
  }

  /**
   * Returns a page of the rooms that the caller may see, joined rooms first. A token for one room sees only that room.
   * @throws ChatError invalid (the cursor).
   */
  async list(caller: Caller, query: RoomsQuery = {}): Promise<Page<Room>> {
    const { user, permissions, scope } = caller;
    const { archived: withArchived = false, joined: ownOnly = false, q = '', ...page } = query;
    if (permissions.roomId !== null) {
      const room = await this.#deps.rooms.find(permissions.roomId, user.id, scope);
      return { rows: room && (withArchived || !room.archivedAt) ? [withoutNamesake(room)] : [] };
    }
    const filter = { withArchived, ownOnly, prefix: q.toLowerCase() };
    const { rows, ...rest } = await readPage<ListedRoom, RoomPlace>(page, {
      name: 'rooms',
      read: (after, limit) => this.#deps.rooms.list(user.id, { ...filter, after, limit }, scope),
      placeOf: ({ place }) => place,
      isPlace: (given) => isTimeAndId(given) || typesOf(given) === 'string',
    });
    return { ...rest, rows: rows.map(({ room }) => room) };
  }

  /** Returns one room as the caller sees it. @throws ChatError not_found (also if the caller may not see it [A5]). */
  async get({ user, permissions, scope }: Caller, roomId: number): Promise<Room> {
    const room = await this.#deps.rooms.find(roomId, user.id, scope);
    if (!room) throw noSuchRoom();
    return permissions.roomId === null ? room : withoutNamesake(room);
  }

  /**
   * Creates a room with the caller as its owner.
   * @param address the caller's, whose new rooms are limited too.
   * @throws ChatError invalid, conflict (the name is taken, or the caller has too many rooms), rate_limited.
   */
  async create(
    caller: Caller,
    { name, kind = 'open', topic = '' }: NewRoomInput,
    address: string,
  ): Promise<Room> {
    const { rooms, subscriptions, limits, caps, namesakes } = this.#deps;
    const room = { name: checkName(name), kind, topic: checkTopic(topic), ownerId: caller.user.id };
    limits.take('createRoom', caller.user.id);
    limits.take('createRoomAt', address);
    const entry = { userId: caller.user.id, roomId: null, isOwner: true, scope: caller.scope };
    const created = await caps.enter(entry, () => rooms.create(room, caller.scope));
    if (!created) throw rejectedField('conflict', 'name', 'a room has this name already');
    // The room's first event is its owner's join.
    subscriptions.followNew(caller.user.id, created.id, 1);
    if (kind === 'closed') return this.get(caller, created.id);
    namesakes.tell(created.id);
    return created;
  }

  /**
   * Changes a room's name, topic or slow mode. Each change becomes an event of its own.
   * @throws ChatError invalid, not_found, not_member, forbidden (not a moderator), conflict (the name is taken).
   */
  async update(caller: Caller, roomId: number, update: RoomUpdate): Promise<Room> {
    const { memberships, appender } = this.#deps;
    await memberships.requireRole(caller, roomId, 'moderator');
    // Checks all changes before it makes the first.
    let isRenamed = false;
    for (const change of changesOf(update)) {
      const result = await appender.change({ ...change, roomId, actor: caller.user });
      isRenamed ||= change.type === 'rename' && mayHaveChanged(result);
    }
    return this.#getAfter(caller, roomId, isRenamed);
  }

  /** Makes a room read-only [C2]; a second call does nothing. @throws ChatError not_found, not_member, forbidden. */
  async archive(caller: Caller, roomId: number): Promise<void> {
    const { memberships, appender } = this.#deps;
    await memberships.requireRole(caller, roomId, 'owner');
    await appender.change({ type: 'archive', roomId, actor: caller.user });
  }

  /** Ends the archiving of a room; a second call does nothing. @throws ChatError not_found, not_member, forbidden. */
  async restore(caller: Caller, roomId: number): Promise<Room> {
    const { memberships, appender } = this.#deps;
    await memberships.requireRole(caller, roomId, 'owner');
    const result = await appender.change({ type: 'restore', roomId, actor: caller.user });
    return this.#getAfter(caller, roomId, mayHaveChanged(result));
  }

  /**
   * Makes the caller a member of an open room; does nothing for a member.
   * @throws ChatError not_found, forbidden (banned), conflict (the caller is in too many rooms).
   */
  async join(caller: Caller, roomId: number): Promise<Room> {
    const { appender, subscriptions, caps } = this.#deps;
    const entry = { userId: caller.user.id, roomId, isOwner: false, scope: caller.scope };
    const join = { type: 'join', roomId, actor: caller.user } as const;
    const result = await caps.enter(entry, () => appender.change(join));
    await followEntry(subscriptions, caller.user.id, roomId, result);
    return this.get(caller, roomId);
  }

  /**
   * Ends the caller's membership; does nothing without one.
   * @throws ChatError not_found, forbidden (a direct room), conflict (the last owner).
   */
  async leave(caller: Caller, roomId: number): Promise<void> {
    await this.#deps.appender.change({ type: 'leave', roomId, actor: caller.user });
  }

  /** Returns a room. `isNamed`: it has got its name by the act, so the owners of its closed namesakes are told [C11]. */
  async #getAfter(caller: Caller, roomId: number, isNamed: boolean): Promise<Room> {
    const room = await this.get(caller, roomId);
    if (isNamed) this.#deps.namesakes.tell(roomId);
    return room;
  }
}

/** The room without the id of another room, for a token to which other rooms do not exist [T3]. */
function withoutNamesake({ namesakeId: _, ...room }: Room): Room {
  return room;
}

/** Whether an act changed the room, as far as the store knows. */
function mayHaveChanged(result: ChangeResult): boolean {
  return result.changed || result.isUncertain === true;
}
