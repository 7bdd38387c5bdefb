/** What each thing the server says means for the parts of the client: one table. */
import {
  type BanEvent,
  ChatError,
  fencedUserId,
  type KickEvent,
  type RoomEvent,
  type ServerEvent,
} from '@banter/protocol';
import type { Ignoring } from '../log/ignore-list.ts';
import type { Logs } from '../log/room-logs.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Cursors } from '../rooms/cursors.ts';
import type { Following } from '../rooms/following.ts';
import type { People } from '../rooms/people.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { TypingBoard } from '../rooms/typing.ts';

export type FeedOptions = {
  ownUserId(): number | undefined;
  cursors: Cursors;
  rooms: Rooms;
  logs: Logs;
  people: People;
  ignoring: Ignoring;
  typing: TypingBoard;
  outbox: Outbox;
  following: Following;
  /** A moderator took the caller out of a room. */
  onRemoved(event: KickEvent | BanEvent): void;
  /** An error that answers no send and no subscription. */
  onRefused(id: string, error: ChatError): void;
  onReport(roomId: number): void;
  onWelcome(event: Extract<ServerEvent, { type: 'welcome' }>): void;
};

export type Feed = {
  /** Takes one event as it came from the line. */
  hear(event: ServerEvent): void;
  /** Takes a room's next event, in seq order. */
  apply(event: RoomEvent): void;
};

type Handlers = {
  [K in Exclude<ServerEvent['type'], RoomEvent['type']>]: (event: Extract<ServerEvent, { type: K }>) => void;
};

/** The one place where events meet the parts. */
export function createFeed(options: FeedOptions): Feed {
  const { ownUserId, cursors, rooms, logs, people, ignoring, typing, outbox, following } = options;

  const handlers: Handlers = {
    welcome: options.onWelcome,
    ok: (event) => outbox.stored(event),
    error({ id, roomId, code, message, retryAfterMs }) {
      const error = new ChatError(code, message, retryAfterMs === undefined ? {} : { retryAfterMs });
      if (id === undefined) {
        if (roomId !== undefined) cursors.refusedRoom(roomId, error);
      } else if (!outbox.refused(id, error) && !cursors.refused(id, error)) options.onRefused(id, error);
    },
    typing: (event) => {
      if (event.userId !== ownUserId() && !ignoring.has(event.userId)) typing.heard(event);
    },
    ignore: (event) => ignoring.apply(event),
    presence: (event) => people.presence(event),
    settings: ({ roomId, ...settings }) => rooms.set(roomId, settings),
    report: ({ roomId }) => options.onReport(roomId),
    read: ({ roomId, seq }) => void rooms.read(roomId, seq),
    live: ({ roomId, head }) => cursors.live(roomId, head),
    reset: ({ roomId, head }) => following.reset(roomId, head),
    ping: ({ heads }) => cursors.heads(heads ?? {}),
    bye: () => {},
  };

  return {
    hear(event) {
      if (isOrdered(event)) cursors.receive(event);
      else (handlers[event.type] as ((event: ServerEvent) => void) | undefined)?.(event);
    },
    apply(event) {
      // Before the room is gone: whoever hears of it wants its name.
      if ((event.type === 'kick' || event.type === 'ban') && event.target === ownUserId())
        options.onRemoved(event);
      logs.find(event.roomId)?.apply(event);
      rooms.apply(event);
      people.apply(event);
      if (event.type === 'message' || event.type === 'leave') typing.done(event.roomId, event.username);
      if (event.type === 'message') {
        if (event.userId === ownUserId()) outbox.seen(event.id);
      } else if (fencedUserId(event) === ownUserId()) following.unfollow(event.roomId);
      else if (event.type === 'slow') outbox.resume(event.roomId);
      else if (event.type === 'role' || event.type === 'ban') following.refreshRoom(event.roomId);
    },
  };
}

/** Whether an event has a place in a room's order, also when its type is one that a newer server made. */
function isOrdered(event: ServerEvent): event is RoomEvent {
  return 'seq' in event && 'userId' in event && Number.isSafeInteger(event.seq);
}
