/** A small server in memory that keeps the contract: rooms with dense logs, idempotent sends, order gaps, resume. */
import {
  CLIENT_LIMITS,
  ERRORS,
  type ErrorCode,
  HEARTBEAT_MS,
  type Member,
  mentionTokens,
  type Room,
  type RoomCursor,
  type RoomEvent,
  type Send,
  type ServerEvent,
  type User,
} from '@banter/protocol';
import { createFakeHttp } from './fake-http.ts';
import { createRoutes } from './fake-routes.ts';
import { createFakeSocket, type FakeSocket } from './fake-socket.ts';

export const ME: User = { id: 1, username: 'juno' };
export const MIRA: User = { id: 2, username: 'mira' };

/** An event without what the log gives it. */
export type Fact = RoomEvent extends infer E
  ? E extends RoomEvent
    ? Omit<E, 'roomId' | 'seq' | 'at'>
    : never
  : never;

export type FakeRoom = { room: Room; log: RoomEvent[]; members: Member[]; mark: number };

export type FakeServer = ReturnType<typeof createFakeServer>;

const AT = '2026-01-01T00:00:00.000Z';

/** A server with one person, `ME`, signed in or able to be; other people act through `post` and `fact`. */
export function createFakeServer() {
  const rooms = new Map<number, FakeRoom>();
  const sockets: FakeSocket[] = [];
  const subscribed = new Map<FakeSocket, Set<number>>();
  const gaps = new Map<FakeSocket, Map<number, string>>();
  /** Errors that the next sends get, first come first served; null lets one pass. */
  const refusals: (ErrorCode | null)[] = [];
  let ignored: number[] = [];
  let epoch = 'epoch-1';
  let retryAfterMs = 1_000;
  let answersFirst = false;
  let sendWindow: number = CLIENT_LIMITS.sendWindow;

  function addRoom(id: number, name: string, joined = true): FakeRoom {
    const room: Room = {
      id,
      name,
      kind: 'open',
      topic: '',
      joined,
      head: 0,
      unread: 0,
      mentions: 0,
      members: 2,
      createdAt: AT,
      ...(joined ? { role: 'member' as const } : {}),
    };
    const members: Member[] = [ME, MIRA].map((user) => ({
      userId: user.id,
      username: user.username,
      role: 'member',
      state: 'online',
    }));
    const made = { room, log: [], members, mark: 0 };
    rooms.set(id, made);
    return made;
  }

  function get(roomId: number): FakeRoom {
    const room = rooms.get(roomId);
    if (!room) throw new Error(`no room ${roomId}`);
    return room;
  }

  /** Stores an event and publishes it to every subscribed socket. */
  function fact(roomId: number, event: Fact): RoomEvent {
    const stored = store(roomId, event);
    for (const socket of sockets) if (subscribed.get(socket)?.has(roomId)) socket.say(stored);
    return stored;
  }

  /** Stores an event and tells nobody, as a server does that lost it on the way between its nodes. */
  function store(roomId: number, event: Fact): RoomEvent {
    const { log } = get(roomId);
    const stored = { ...event, roomId, seq: log.length + 1, at: AT } as RoomEvent;
    log.push(stored);
    return stored;
  }

  /** A heartbeat with the heads of all rooms [R3]. */
  function ping(socket: FakeSocket): void {
    const heads = Object.fromEntries([...rooms].map(([roomId, { log }]) => [roomId, log.length]));
    socket.say({ type: 'ping', t: 1, heads });
  }

  function post(roomId: number, content: string, author: User = MIRA, id = `post-${content}`): RoomEvent {
    const isCall = author.id !== ME.id && mentionTokens(content).names.includes(ME.username);
    const mentions = isCall ? { mentions: [ME.id] } : {};
    return fact(roomId, {
      ...{ type: 'message', userId: author.id, username: author.username, content, id },
      ...mentions,
    });
  }

  function follow(socket: FakeSocket, { roomId, after, epoch: theirs }: RoomCursor): void {
    const { log } = get(roomId);
    subscribed.get(socket)?.add(roomId);
    const head = log.length;
    const isOther = theirs !== undefined && theirs !== epoch;
    if (isOther || (after !== undefined && after > head)) {
      socket.say({ type: 'reset', roomId, head, reason: isOther ? 'epoch' : 'ahead' });
    } else if (after !== undefined && after < head) socket.say(...log.slice(after));
    socket.say({ type: 'live', roomId, head });
  }

  function answerSend(socket: FakeSocket, { id, roomId, content }: Send): void {
    const known = get(roomId).log.find((each) => each.type === 'message' && each.id === id);
    const refusal = known ? null : refusalOf(socket, id, roomId);
    if (known) socket.say({ type: 'ok', id, roomId, seq: known.seq, at: known.at, duplicate: true });
    else if (refusal) refuse(socket, id, refusal);
    else if (answersFirst) {
      socket.say({ type: 'ok', id, roomId, seq: get(roomId).log.length + 1, at: AT });
      post(roomId, content, ME, id);
    } else {
      const { seq, at } = post(roomId, content, ME, id);
      socket.say({ type: 'ok', id, roomId, seq, at });
    }
  }

  function refusalOf(socket: FakeSocket, id: string, roomId: number): ErrorCode | null {
    if (!get(roomId).room.joined) return 'not_member';
    const gap = gaps.get(socket)?.get(roomId);
    if (gap !== undefined && gap !== id) return 'order_gap';
    gaps.get(socket)?.delete(roomId);
    const refusal = refusals.shift() ?? null;
    if (refusal && ERRORS[refusal].retryable) gaps.get(socket)?.set(roomId, id);
    return refusal;
  }

  function refuse(socket: FakeSocket, id: string, code: ErrorCode): void {
    const isRetryable = ['order_gap', 'rate_limited', 'overloaded', 'unavailable'].includes(code);
    socket.say({
      type: 'error',
      id,
      code,
      message: `said no: ${code}`,
      ...(isRetryable ? { retryAfterMs } : {}),
    });
  }

  function greet(socket: FakeSocket, asked: RoomCursor[] | undefined): void {
    const joined = [...rooms.values()].filter((each) => each.room.joined);
    const list = joined.map(({ room: { id, name, kind, topic }, log }) => {
      return { roomId: id, name, kind, topic, role: 'member' as const, head: log.length };
    });
    const welcome: ServerEvent = {
      type: 'welcome',
      user: ME,
      sessionId: 1,
      epoch,
      heartbeatMs: HEARTBEAT_MS,
      limits: { ...CLIENT_LIMITS, sendWindow },
      ...(ignored.length > 0 ? { ignored } : {}),
      rooms: list,
    };
    subscribed.set(socket, new Set());
    gaps.set(socket, new Map());
    socket.say(welcome);
    for (const cursor of asked ?? list) {
      const isMember = joined.some((each) => each.room.id === cursor.roomId);
      if (isMember) follow(socket, cursor);
      else socket.say({ type: 'error', roomId: cursor.roomId, code: 'not_member', message: 'not a member' });
    }
  }

  /** Reads the next `count` commands of a socket, by default all. */
  function read(socket: FakeSocket, count = socket.toServer.length): void {
    for (const command of socket.toServer.splice(0, count)) {
      if (command.op === 'hello') greet(socket, command.rooms);
      else if (command.op === 'send') answerSend(socket, command);
      else if (command.op === 'subscribe') {
        if (rooms.get(command.roomId)?.room.joined) follow(socket, command);
        else refuse(socket, command.id, 'not_member');
      } else if (command.op === 'auth') socket.say({ type: 'ok', id: command.id });
      else if (command.op === 'read') get(command.roomId).mark = command.seq;
    }
  }

  const http = createFakeHttp(ME, createRoutes({ rooms, get, fact }));
  return {
    rooms,
    sockets,
    refusals,
    http,
    addRoom,
    get,
    fact,
    store,
    ping,
    post,
    read,
    /** The newest socket. */
    get socket(): FakeSocket {
      const socket = sockets.at(-1);
      if (!socket) throw new Error('nobody has dialled');
      return socket;
    },
    /** Whom the next welcome says that one ignores. */
    setIgnored(next: number[]) {
      ignored = next;
    },
    setEpoch(next: string) {
      epoch = next;
    },
    setRetryAfter(ms: number) {
      retryAfterMs = ms;
    },
    setSendWindow(window: number) {
      sendWindow = window;
    },
    /** Whether an `ok` comes before the message's own event. */
    setAnswersFirst(first: boolean) {
      answersFirst = first;
    },
    /** What the client is to use as its WebSocket. */
    WebSocket: class {
      constructor(url: string) {
        const socket = createFakeSocket(url, (closed) => subscribed.delete(closed));
        sockets.push(socket);
        // biome-ignore lint/correctness/noConstructorReturn: a constructor is what the client calls
        return socket;
      }
    } as unknown as new (
      url: string,
      protocols: string[],
    ) => FakeSocket,
  };
}
