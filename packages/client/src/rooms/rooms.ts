/** The rooms one has joined, as the server told them and as events have changed them since. */
import { fencedUserId, type Message, type Room, type RoomEvent, type RoomSettings } from '@banter/protocol';
import { callsUser } from './mentions.ts';
import { readUpTo, toldUnread, totals, type UnreadCount, withMessage } from './unread.ts';

export type RoomsOptions = {
  ownUserId(): number | undefined;
  /** Whether a person is not to be heard: what they say is nobody's news. */
  isIgnored(userId: number): boolean;
  /** Whether a room is left out of the list. */
  isHidden(room: Room): boolean;
  /** Messages above `seq`, when all of them are known here. */
  messagesAbove(roomId: number, seq: number): Message[] | null;
  /** The server should count a room's unread messages anew. */
  onUncounted(roomId: number): void;
  onChange(): void;
};

export type Rooms = {
  /** In the order of joining, without hidden ones; a new array after each change. */
  readonly list: readonly Room[];
  /** Which rooms are hidden may have changed. */
  look(): void;
  has(roomId: number): boolean;
  /** Takes over what the server told of a room: a new one goes to the end. */
  put(room: Room): void;
  /** Another history begins at `head`: what was counted holds no more, and `put` is to follow. */
  reset(roomId: number, head: number): void;
  /** Takes over what the caller has set for themselves. */
  set(roomId: number, settings: RoomSettings): void;
  remove(roomId: number): void;
  clear(): void;
  /** Takes a room's next event. */
  apply(event: RoomEvent): void;
  /** Everything up to `seq` was read, here or on another device; false when that is no news. */
  read(roomId: number, seq: number): boolean;
};

type RoomRecord = {
  room: Room;
  /** The facts in `room` are those of this seq or later. */
  asOf: number;
  count: UnreadCount;
};

/** No rooms yet; see Rooms. */
export function createRooms(options: RoomsOptions): Rooms {
  const { ownUserId, isIgnored, isHidden, messagesAbove, onUncounted, onChange } = options;
  const entries = new Map<number, RoomRecord>();
  /** Made anew when somebody looks after a change. */
  let list: readonly Room[] | null = [];

  function changed(): void {
    list = null;
    onChange();
  }

  const unreadOf = (message: Message) => ({ seq: message.seq, isMention: callsUser(message, ownUserId()) });

  const isNoNews = ({ userId }: { userId: number }) => userId === ownUserId() || isIgnored(userId);

  function countMessage(entry: RoomRecord, event: RoomEvent): UnreadCount {
    if (event.type !== 'message' || isNoNews(event)) return entry.count;
    return withMessage(entry.count, unreadOf(event));
  }

  return {
    get list() {
      list ??= [...entries.values()]
        .filter(({ room }) => !isHidden(room))
        .map(({ room, count }) => ({ ...room, ...totals(count) }));
      return list;
    },
    look: changed,
    has: (roomId) => entries.has(roomId),
    put(room) {
      const known = entries.get(room.id);
      const count = toldUnread(room, room.head, known?.count);
      // An answer that events have overtaken counts right, but its other facts are old.
      const isOld = known !== undefined && room.head < known.room.head;
      const entry = isOld ? { ...known, count } : { room, asOf: room.head, count };
      entries.set(room.id, entry);
      changed();
    },
    reset(roomId, head) {
      const entry = entries.get(roomId);
      if (!entry) return;
      const room = { ...entry.room, head };
      entries.set(roomId, { room, asOf: head, count: toldUnread(NOTHING, head) });
      changed();
    },
    set(roomId, { hideJoins }) {
      const entry = entries.get(roomId);
      if (!entry) return;
      const { hideJoins: _, ...room } = entry.room;
      entries.set(roomId, { ...entry, room: hideJoins ? { ...room, hideJoins } : room });
      changed();
    },
    remove(roomId) {
      if (entries.delete(roomId)) changed();
    },
    clear() {
      entries.clear();
      changed();
    },
    apply(event) {
      const entry = entries.get(event.roomId);
      if (!entry || event.seq <= entry.asOf) return;
      const count = countMessage(entry, event);
      const room = { ...withEvent(entry.room, event, ownUserId()), head: event.seq };
      entries.set(event.roomId, { ...entry, room, count });
      if (fencedUserId(event) === ownUserId()) entries.delete(event.roomId);
      changed();
    },
    read(roomId, seq) {
      const entry = entries.get(roomId);
      if (!entry || seq <= entry.count.mark) return false;
      const others = messagesAbove(roomId, seq)?.filter((message) => !isNoNews(message)) ?? null;
      const count = readUpTo(entry.count, seq, others?.map(unreadOf) ?? null);
      entries.set(roomId, { ...entry, count });
      changed();
      if (others === null && count.told.unread > 0) onUncounted(roomId);
      return true;
    },
  };
}

const NOTHING = { unread: 0, mentions: 0 } as const;

/** A room after an event. Whether a `role` brought a new member, or a `ban` took one, only the server can tell. */
function withEvent(room: Room, event: RoomEvent, ownUserId: number | undefined): Room {
  switch (event.type) {
    case 'join':
      return { ...room, members: room.members + 1 };
    case 'leave':
    case 'kick':
      return { ...room, members: Math.max(0, room.members - 1) };
    case 'topic':
      return { ...room, topic: event.topic };
    case 'rename':
      return { ...room, name: event.name };
    case 'slow':
      return withSlow(room, event.seconds);
    case 'archive':
      return { ...room, archivedAt: event.at };
    case 'restore':
      return withoutArchive(room);
    case 'role':
      return event.target === ownUserId ? { ...room, role: event.role } : room;
    default:
      return room;
  }
}

function withSlow({ slowSeconds: _, ...room }: Room, seconds: number): Room {
  return seconds === 0 ? room : { ...room, slowSeconds: seconds };
}

function withoutArchive({ archivedAt: _, ...room }: Room): Room {
  return room;
}
