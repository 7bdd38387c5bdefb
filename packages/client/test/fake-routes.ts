/** What the fake server answers over HTTP: its rooms, who is in them, pages of their logs. */
import {
  isNotice,
  type Message,
  type MessageEvent,
  type MessagePage,
  type Room,
  type RoomEvent,
} from '@banter/protocol';
import type { Answer } from './fake-http.ts';
import { type Fact, type FakeRoom, ME } from './fake-server.ts';

type Routes = Record<string, (params: number[], query: URLSearchParams) => Answer>;

/** What the routes need of the server: its rooms, and a way to let something happen in one. */
type Rooms = {
  rooms: ReadonlyMap<number, FakeRoom>;
  get(roomId: number): FakeRoom;
  fact(roomId: number, event: Fact): RoomEvent;
};

/** By method and path, a number in a path being `#`. */
export function createRoutes({ rooms, get, fact }: Rooms): Routes {
  return {
    'GET /v1/rooms': () => ({ rooms: [...rooms.values()].map(roomOf) }),
    'GET /v1/rooms/#': ([id = 0]) => roomOf(get(id)),
    'POST /v1/rooms/#/join': ([id = 0]) => {
      const room = get(id);
      if (!room.room.joined) {
        room.room.joined = true;
        fact(id, { type: 'join', userId: ME.id, username: ME.username });
      }
      return roomOf(room);
    },
    'POST /v1/rooms/#/leave': ([id = 0]) => {
      get(id).room.joined = false;
      fact(id, { type: 'leave', userId: ME.id, username: ME.username });
      return undefined;
    },
    'GET /v1/rooms/#/members': ([id = 0]) => ({ members: get(id).members }),
    'GET /v1/rooms/#/messages': ([id = 0], query) => pageOf(get(id), query),
    'GET /v1/health': () => ({ status: 'ok' }),
  };
}

function roomOf({ room, log, mark }: FakeRoom): Room {
  const unread = log.filter((each) => each.type === 'message' && each.userId !== ME.id && each.seq > mark);
  return { ...room, head: log.length, unread: unread.length };
}

/** A page before, after or around a seq, as the contract has it. */
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

/** What else happened from a page's first message on; from the beginning when nothing is older. */
function noticesIn(log: readonly RoomEvent[], { messages, hasMore }: MessagePage, before: number) {
  const first = hasMore ? (messages[0]?.seq ?? 0) : 0;
  const notices = log.filter(isNotice);
  return notices.filter(({ seq }) => seq >= first && seq < before);
}
