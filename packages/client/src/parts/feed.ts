/** Routes server events to the parts of the client. */
import {
  type BanEvent,
  ChatError,
  fencedUserId,
  type KickEvent,
  type Room,
  type RoomEvent,
  type ServerEvent,
} from '@banter/protocol';
import type { IgnoreList } from '../log/ignore-list.ts';
import type { RoomLogs } from '../log/room-logs.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Cursors } from '../rooms/cursors.ts';
import type { Following } from '../rooms/following.ts';
import type { People } from '../rooms/people.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { TypingBoard } from '../rooms/typing.ts';

/** The receiving parts, and the listeners of a Feed. */
export type FeedOptions = {
  /** Returns the id of the person signed in. */
  ownUserId(): number | undefined;
  cursors: Cursors;
  rooms: Rooms;
  logs: RoomLogs;
  people: People;
  ignored: IgnoreList;
  typing: TypingBoard;
  outbox: Outbox;
  following: Following;
  /** Called after a moderator's event removed the caller from a room. */
  onRemoved(room: Room, event: KickEvent | BanEvent): void;
  /** Called with an error that answers neither a send nor a subscription. */
  onRejected(id: string, error: ChatError): void;
  /** Called when a report in a room was filed or closed. */
  onReport(roomId: number): void;
  /** Called when a request to the caller came or was answered. */
  onRequest(): void;
  /** Called with the answer to `hello`. */
  onWelcome(event: Extract<ServerEvent, { type: 'welcome' }>): void;
};

type Handlers = {
  [K in Exclude<ServerEvent['type'], RoomEvent['type']>]: (event: Extract<ServerEvent, { type: K }>) => void;
};

/** Receives the events of all links. */
export class Feed {
  readonly #options: FeedOptions;
  readonly #handlers: Handlers;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#handlers = createHandlers(options);
  }

  /** Dispatches one event as it came from the link. An event of an unknown type is ignored. */
  dispatch(event: ServerEvent): void {
    if (isOrdered(event)) this.#options.cursors.receive(event);
    else (this.#handlers[event.type] as ((event: ServerEvent) => void) | undefined)?.(event);
  }

  /** Applies a room's next event, in seq order. */
  apply(event: RoomEvent): void {
    const { rooms, logs, people, typing } = this.#options;
    const ownUserId = this.#options.ownUserId();
    const removal = isRemoval(event) && event.target === ownUserId ? event : null;
    // Found now, because the event removes the room from the list.
    const room = removal && rooms.list.find(({ id }) => id === event.roomId);
    logs.find(event.roomId)?.apply(event);
    rooms.apply(event);
    people.apply(event);
    if (event.type === 'message' || event.type === 'leave') typing.hide(event.roomId, event.username);
    this.#applyToCaller(event, ownUserId);
    // Last, so that a listener finds the list of rooms without it.
    if (removal && room) this.#options.onRemoved(room, removal);
  }

  /** Applies an event to the caller's own sends and memberships. */
  #applyToCaller(event: RoomEvent, ownUserId: number | undefined): void {
    const { outbox, following } = this.#options;
    if (event.type === 'message') {
      if (event.userId === ownUserId) outbox.confirmSeen(event.id);
    } else if (fencedUserId(event) === ownUserId) following.unfollow(event.roomId);
    else if (event.type === 'slow') outbox.resume(event.roomId);
    else if (event.type === 'role' || event.type === 'ban') following.reloadRoom(event.roomId);
    else if (event.type === 'rename') following.reloadClosed(event.roomId);
  }
}

/** One handler for each type of event that has no place in a room's order. */
function createHandlers(options: FeedOptions): Handlers {
  const { ownUserId, cursors, rooms, people, ignored, typing, outbox, following } = options;
  return {
    welcome: (event) => options.onWelcome(event),
    ok: (event) => outbox.confirm(event),
    error({ id, roomId, code, message, retryAfterMs }) {
      const error = new ChatError(code, message, retryAfterMs === undefined ? {} : { retryAfterMs });
      if (id === undefined) {
        if (roomId !== undefined) cursors.rejectRoom(roomId, error);
      } else if (!outbox.reject(id, error) && !cursors.rejectSubscription(id, error)) {
        options.onRejected(id, error);
      }
    },
    typing: (event) => {
      if (event.userId !== ownUserId() && !ignored.has(event.userId)) typing.show(event);
    },
    ignore: (event) => ignored.apply(event),
    presence: (event) => people.applyPresence(event),
    profile: (event) => people.applyProfile(event),
    settings: ({ roomId, ...settings }) => rooms.applySettings(roomId, settings),
    report: ({ roomId }) => options.onReport(roomId),
    request: () => options.onRequest(),
    namesake: ({ roomId, namesakeId }) => rooms.applyNamesake(roomId, namesakeId),
    read: ({ roomId, seq }) => void rooms.markRead(roomId, seq),
    live: ({ roomId, head }) => cursors.confirmLive(roomId, head),
    reset: ({ roomId, head }) => following.reset(roomId, head),
    ping: ({ heads }) => cursors.compareHeads(heads ?? {}),
    bye: () => {},
  };
}

function isRemoval(event: RoomEvent): event is KickEvent | BanEvent {
  return event.type === 'kick' || event.type === 'ban';
}

/** Whether an event has a place in a room's order, even if its type is newer than this client. */
function isOrdered(event: ServerEvent): event is RoomEvent {
  return 'seq' in event && 'userId' in event && Number.isSafeInteger(event.seq);
}
