/** The joined rooms: as the server reported them, and as events have changed them since. */
import {
  type Amendment,
  fencedUserId,
  isAmendment,
  type Message,
  type Room,
  type RoomEvent,
  type RoomSettings,
} from '@banter/protocol';
import { applyToRoom } from './apply-to-room.ts';
import { mentionsUser } from './mentions.ts';
import { withNamesakes } from './namesakes.ts';
import {
  addMessage,
  amendMention,
  countFromServer,
  readUpTo,
  totalsOf,
  type UnreadCount,
  type UnreadMessage,
} from './unread.ts';

/** The means and listeners of Rooms. */
export type RoomsOptions = {
  /** Returns the id of the person signed in. */
  ownUserId(): number | undefined;
  /** Whether a person is ignored: their messages do not count as unread. */
  isIgnored(userId: number): boolean;
  /** Whether a room is left out of the list. */
  isHidden(room: Room): boolean;
  /** Returns the messages of a room above `seq`; null when they are not all loaded. */
  messagesAbove(roomId: number, seq: number): Message[] | null;
  /** Called when only the server can count a room's unread messages. */
  onUncounted(roomId: number): void;
  /** Called when the list, or a room in it, has changed. */
  onChange(): void;
};

type RoomRecord = {
  room: Room;
  /** The seq up to which the fields of `room` include all events. */
  asOf: number;
  count: UnreadCount;
};

/** Owns the joined rooms, at first none. */
export class Rooms {
  readonly #options: RoomsOptions;
  readonly #records = new Map<number, RoomRecord>();
  /** The list, built at the first read after a change; null until then. */
  #list: readonly Room[] | null = [];

  constructor(options: RoomsOptions) {
    this.#options = options;
  }

  /** The rooms in the order of joining, without hidden ones; a new array after each change. */
  get list(): readonly Room[] {
    this.#list ??= withNamesakes(
      [...this.#records.values()]
        .filter(({ room }) => !this.#options.isHidden(room))
        .map(({ room, count }) => ({ ...room, ...totalsOf(count) })),
    );
    return this.#list;
  }

  /** Rebuilds the list, after other rooms became hidden. */
  rebuildList(): void {
    this.#changed();
  }

  /** Whether a room is joined. */
  has(roomId: number): boolean {
    return this.#records.has(roomId);
  }

  /** Records a room as the server reported it; a new one goes to the end. */
  record(room: Room): void {
    const known = this.#records.get(room.id);
    const count = countFromServer(room, room.head, known?.count);
    // If events have overtaken this answer, only its count is still of use.
    const isOld = known !== undefined && room.head < known.room.head;
    this.#set(room.id, isOld ? { ...known, count } : { room, asOf: room.head, count });
  }

  /** Starts a room again at `head`, with nothing unread. A `record` with the server's count follows. */
  reset(roomId: number, head: number): void {
    const known = this.#records.get(roomId);
    if (!known) return;
    const count = countFromServer({ unread: 0, mentions: 0 }, head);
    this.#set(roomId, { room: { ...known.room, head }, asOf: head, count });
  }

  /** Applies the caller's own settings of a room. */
  applySettings(roomId: number, { hideJoins }: RoomSettings): void {
    const known = this.#records.get(roomId);
    if (!known) return;
    const { hideJoins: _, ...room } = known.room;
    this.#set(roomId, { ...known, room: hideJoins ? { ...room, hideJoins } : room });
  }

  /** Applies the id of the open room that has the name of a closed one [C11]; undefined for none. */
  applyNamesake(roomId: number, namesakeId: number | undefined): void {
    const known = this.#records.get(roomId);
    if (!known || known.room.namesakeId === namesakeId) return;
    const { namesakeId: _, ...room } = known.room;
    this.#set(roomId, { ...known, room: namesakeId === undefined ? room : { ...room, namesakeId } });
  }

  /** Removes a room. */
  remove(roomId: number): void {
    if (this.#records.delete(roomId)) this.#changed();
  }

  /** Removes all rooms. */
  clear(): void {
    this.#records.clear();
    this.#changed();
  }

  /** Applies a room's next event. */
  apply(event: RoomEvent): void {
    const known = this.#records.get(event.roomId);
    if (!known || event.seq <= known.asOf) return;
    const ownUserId = this.#options.ownUserId();
    const room = { ...applyToRoom(known.room, event, ownUserId), head: event.seq };
    if (fencedUserId(event) === ownUserId) this.remove(event.roomId);
    else this.#set(event.roomId, { ...known, room, count: this.#countAfter(known.count, event) });
    if (isAmendment(event)) this.#recount(known.count, event);
  }

  /** Marks everything up to `seq` as read, here or on another device. Returns false when it was read already. */
  markRead(roomId: number, seq: number): boolean {
    const known = this.#records.get(roomId);
    if (!known || seq <= known.count.readUpTo) return false;
    const above = this.#options.messagesAbove(roomId, seq);
    const unread = above?.filter((message) => this.#canBeUnread(message)).map((each) => this.#unreadOf(each));
    const count = readUpTo(known.count, seq, unread ?? null);
    this.#set(roomId, { ...known, count });
    if (above === null && count.counted.unread > 0) this.#options.onUncounted(roomId);
    return true;
  }

  #set(roomId: number, record: RoomRecord): void {
    this.#records.set(roomId, record);
    this.#changed();
  }

  #changed(): void {
    this.#list = null;
    this.#options.onChange();
  }

  #countAfter(count: UnreadCount, event: RoomEvent): UnreadCount {
    if (event.type === 'message' && this.#canBeUnread(event)) return addMessage(count, this.#unreadOf(event));
    if (!isAmendment(event) || event.type === 'react') return count;
    return amendMention(count, event.target, this.#mentionsAfter(event));
  }

  /** Lets the server count again after an amendment of a message that only the server has counted [N1]. */
  #recount({ readUpTo, counted, countedUpTo }: UnreadCount, event: Amendment): void {
    const { type, target, roomId } = event;
    if (type === 'react' || target <= readUpTo || target > countedUpTo) return;
    if (counted.mentions > 0 || this.#mentionsAfter(event)) this.#options.onUncounted(roomId);
  }

  /** Whether the message mentions the caller after its edit or deletion. */
  #mentionsAfter(event: Amendment): boolean {
    return event.type === 'edit' && mentionsUser(event, this.#options.ownUserId());
  }

  #canBeUnread({ userId }: { userId: number }): boolean {
    return userId !== this.#options.ownUserId() && !this.#options.isIgnored(userId);
  }

  #unreadOf(message: Message): UnreadMessage {
    return { seq: message.seq, isMention: mentionsUser(message, this.#options.ownUserId()) };
  }
}
