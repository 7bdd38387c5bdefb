/** A small server in memory that keeps the contract: rooms with dense logs, idempotent sends, order gaps, resume. */
import {
  CLIENT_LIMITS,
  ERRORS,
  type ErrorCode,
  HEARTBEAT_MS,
  mentionTokens,
  type RoomCursor,
  type RoomEvent,
  type Send,
  type User,
} from '@banter/protocol';
import { FakeHttp } from './fake-http.ts';
import { createFakeRoom, type Fact, type FakeRoom, ME, MIRA, SERVER_AT } from './fake-rooms.ts';
import { createRoutes } from './fake-routes.ts';
import { FakeSocket } from './fake-socket.ts';

/** A server on which ME can sign in. Other people act through `post` and `publish`. */
export class FakeServer {
  readonly rooms = new Map<number, FakeRoom>();
  /** All sockets, open and closed. */
  readonly sockets: FakeSocket[] = [];
  /** The errors of the next sends, in order; null stores a send. */
  readonly rejections: (ErrorCode | null)[] = [];
  readonly http = new FakeHttp(ME, createRoutes(this));
  /** The class that the client uses as its WebSocket. */
  readonly WebSocket: new (
    url: string,
  ) => FakeSocket;
  /** The ignored people in the next `welcome`. */
  ignored: number[] = [];
  epoch = 'epoch-1';
  /** The delay in retryable errors. */
  retryAfterMs = 1_000;
  /** Whether the `ok` of a send comes before the message's own event. */
  answersFirst = false;
  sendWindow: number = CLIENT_LIMITS.sendWindow;
  readonly #subscribed = new Map<FakeSocket, Set<number>>();
  /** By socket and room, the id of the rejected send that must come next. */
  readonly #gaps = new Map<FakeSocket, Map<number, string>>();

  constructor() {
    const add = (socket: FakeSocket) => this.sockets.push(socket);
    const remove = (socket: FakeSocket) => this.#subscribed.delete(socket);
    this.WebSocket = class extends FakeSocket {
      constructor(url: string) {
        super(url, remove);
        add(this);
      }
    };
  }

  /** The newest socket. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('the client has not dialled');
    return socket;
  }

  /** Adds an empty room. */
  addRoom(id: number, name: string, joined = true): FakeRoom {
    const room = createFakeRoom(id, name, joined);
    this.rooms.set(id, room);
    return room;
  }

  /** Returns a room. */
  get(roomId: number): FakeRoom {
    const room = this.rooms.get(roomId);
    if (!room) throw new Error(`no room ${roomId}`);
    return room;
  }

  /** Stores an event without publishing it, like a server that lost it on the way. */
  store(roomId: number, event: Fact): RoomEvent {
    const { log } = this.get(roomId);
    const stored = { ...event, roomId, seq: log.length + 1, at: SERVER_AT } as RoomEvent;
    log.push(stored);
    return stored;
  }

  /** Stores an event and pushes it to every subscribed socket. */
  publish(roomId: number, event: Fact): RoomEvent {
    const stored = this.store(roomId, event);
    for (const socket of this.sockets) if (this.#subscribed.get(socket)?.has(roomId)) socket.push(stored);
    return stored;
  }

  /** Stores and publishes a message. */
  post(roomId: number, content: string, author: User = MIRA, id = `post-${content}`): RoomEvent {
    const isMention = author.id !== ME.id && mentionTokens(content).names.includes(ME.username);
    return this.publish(roomId, {
      ...{ type: 'message', userId: author.id, username: author.username, content, id },
      ...(isMention ? { mentions: [ME.id] } : {}),
    });
  }

  /** Pushes a heartbeat with the heads of all rooms [R3]. */
  ping(socket: FakeSocket): void {
    const heads = Object.fromEntries([...this.rooms].map(([roomId, { log }]) => [roomId, log.length]));
    socket.push({ type: 'ping', t: 1, heads });
  }

  /** Reads the next `count` commands of a socket; all by default. */
  read(socket: FakeSocket, count = socket.toServer.length): void {
    for (const command of socket.toServer.splice(0, count)) {
      if (command.op === 'hello') this.#greet(socket, command.rooms);
      else if (command.op === 'send') this.#answerSend(socket, command);
      else if (command.op === 'subscribe') {
        if (this.rooms.get(command.roomId)?.room.joined) this.#subscribe(socket, command);
        else this.#reject(socket, command.id, 'not_member');
      } else if (command.op === 'auth' || command.op === 'unsubscribe')
        socket.push({ type: 'ok', id: command.id });
      else if (command.op === 'read') this.get(command.roomId).mark = command.seq;
    }
  }

  #greet(socket: FakeSocket, named: RoomCursor[] | undefined): void {
    const joined = [...this.rooms.values()].filter((each) => each.room.joined);
    const rooms = joined.map(({ room: { id, name, kind, topic }, log }) => {
      return { roomId: id, name, kind, topic, role: 'member' as const, head: log.length };
    });
    this.#subscribed.set(socket, new Set());
    this.#gaps.set(socket, new Map());
    socket.push({
      ...{ type: 'welcome', user: ME, sessionId: 1, epoch: this.epoch, heartbeatMs: HEARTBEAT_MS },
      limits: { ...CLIENT_LIMITS, sendWindow: this.sendWindow },
      ...(this.ignored.length > 0 ? { ignored: this.ignored } : {}),
      rooms,
    });
    for (const cursor of named ?? rooms) {
      const { roomId } = cursor;
      if (joined.some((each) => each.room.id === roomId)) this.#subscribe(socket, cursor);
      else socket.push({ type: 'error', roomId, code: 'not_member', message: 'not a member' });
    }
  }

  #subscribe(socket: FakeSocket, { roomId, after, epoch }: RoomCursor): void {
    const { log } = this.get(roomId);
    this.#subscribed.get(socket)?.add(roomId);
    const head = log.length;
    const isOtherEpoch = epoch !== undefined && epoch !== this.epoch;
    if (isOtherEpoch || (after !== undefined && after > head)) {
      socket.push({ type: 'reset', roomId, head, reason: isOtherEpoch ? 'epoch' : 'ahead' });
    } else if (after !== undefined && after < head) socket.push(...log.slice(after));
    socket.push({ type: 'live', roomId, head });
  }

  #answerSend(socket: FakeSocket, { id, roomId, content }: Send): void {
    const { log } = this.get(roomId);
    const known = log.find((each) => each.type === 'message' && each.id === id);
    const rejection = known ? null : this.#rejectionOf(socket, id, roomId);
    if (known) socket.push({ type: 'ok', id, roomId, seq: known.seq, at: known.at, duplicate: true });
    else if (rejection) this.#reject(socket, id, rejection);
    else if (this.answersFirst) {
      socket.push({ type: 'ok', id, roomId, seq: log.length + 1, at: SERVER_AT });
      this.post(roomId, content, ME, id);
    } else {
      const { seq, at } = this.post(roomId, content, ME, id);
      socket.push({ type: 'ok', id, roomId, seq, at });
    }
  }

  #rejectionOf(socket: FakeSocket, id: string, roomId: number): ErrorCode | null {
    if (!this.get(roomId).room.joined) return 'not_member';
    const gaps = this.#gaps.get(socket);
    const gap = gaps?.get(roomId);
    if (gap !== undefined && gap !== id) return 'order_gap';
    gaps?.delete(roomId);
    const rejection = this.rejections.shift() ?? null;
    if (rejection && ERRORS[rejection].retryable) gaps?.set(roomId, id);
    return rejection;
  }

  #reject(socket: FakeSocket, id: string, code: ErrorCode): void {
    const { retryAfterMs } = this;
    socket.push({
      ...{ type: 'error', id, code, message: `rejected: ${code}` },
      ...(ERRORS[code].retryable ? { retryAfterMs } : {}),
    });
  }
}
