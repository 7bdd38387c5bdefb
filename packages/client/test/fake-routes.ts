/** The fake server's HTTP answers about its rooms: the rooms themselves, their members, and pages of their logs. */
import {
  isNotice,
  type Message,
  type MessageEvent,
  type MessagePage,
  type Room,
  type RoomEvent,
} from '@banter/protocol';
import type { Routes } from './fake-http.ts';
import { type Fact, type FakeRoom, ME } from './fake-rooms.ts';

/** The part of the server that the routes use. */
type Rooms = {
  readonly rooms: ReadonlyMap<number, FakeRoom>;
  /** Returns a room. */
  get(roomId: number): FakeRoom;
  /** Stores and publishes an event. */
  publish(roomId: number, event: Fact): RoomEvent;
};

/** Creates the routes. */
export function createRoutes(server: Rooms): Routes {
  const me = { userId: ME.id, username: ME.username };
  return {
    'GET /v1/rooms': () => ({ rooms: [...server.rooms.values()].map(roomOf) }),
    'GET /v1/rooms/#': ([id = 0]) => roomOf(server.get(id)),
    'POST /v1/rooms/#/join': ([id = 0]) => {
      const room = server.get(id);
      if (!room.room.joined) {
        room.room.joined = true;
        server.publish(id, { type: 'join', ...me });
      }
      return roomOf(room);
    },
    'POST /v1/rooms/#/leave': ([id = 0]) => {
      server.get(id).room.joined = false;
      server.publish(id, { type: 'leave', ...me });
      return undefined;
    },
    'GET /v1/rooms/#/members': ([id = 0]) => ({ members: server.get(id).members }),
    'GET /v1/rooms/#/messages': ([id = 0], query) => pageOf(server.get(id), query),
    'GET /v1/health': () => ({ status: 'ok' }),
  };
}

function roomOf({ room, log, mark }: FakeRoom): Room {
  const unread = log.filter((each) => each.type === 'message' && each.userId !== ME.id && each.seq > mark);
  return { ...room, head: log.length, unread: unread.length };
}

/** Returns a page before, after or around a seq, as the contract defines it. */
function pageOf({ log }: FakeRoom, query: URLSearchParams): MessagePage {
  const limit = Number(query.get('limit') ?? 50);
  const messages = log.filter((each) => each.type === 'message').map(messageOf);
  if (query.has('after')) {
    const newer = messages.filter(({ seq }) => seq > Number(query.get('after')));
    return { messages: newer.slice(0, limit), hasMore: newer.length > limit };
  }
  if (query.has('around')) {
    const at = messages.findIndex(({ seq }) => seq >= Number(query.get('around')));
    const start = Math.max(0, at - Math.floor(limit / 2));
    return { messages: messages.slice(start, start + limit), hasMore: start > 0 };
  }
  const before = Number(query.get('before') ?? Number.POSITIVE_INFINITY);
  const older = messages.filter(({ seq }) => seq < before);
  const page = { messages: older.slice(-limit), hasMore: older.length > limit };
  return query.get('include') === 'notices' ? { ...page, notices: noticesIn(log, page, before) } : page;
}

function messageOf({ type: _, ...message }: MessageEvent): Message {
  return message;
}

/** Returns the notices from a page's first message on; from the beginning if nothing is older. */
function noticesIn(log: readonly RoomEvent[], { messages, hasMore }: MessagePage, before: number) {
  const first = hasMore ? (messages[0]?.seq ?? 0) : 0;
  return log.filter(isNotice).filter(({ seq }) => seq >= first && seq < before);
}
