/** A simulated person: talks over a real socket, reconnects after every loss, and records everything that happens. */

import {
  decodeFrame,
  isRoomEvent,
  type RoomCursor,
  type RoomEvent,
  reactionTo,
  type ServerEvent,
  type Welcome,
} from '@banter/protocol';
import { WebSocket } from 'ws';
import type { Host } from '../harness/http.ts';
import type { Person } from '../harness/people.ts';
import type { Chance } from '../harness/seed.ts';
import { createOutbox } from './outbox.ts';
import { type History, hashOf } from './record.ts';

/** The way a person reads: everything at once, or nothing. */
export type Reading = 'eager' | 'none';

/** The options of a simulated person. */
export type ClientOptions = {
  host: Host;
  person: Person;
  roomIds: readonly number[];
  history: History;
  chance: Chance;
  /** The maximum number of unanswered sends. */
  outstanding: number;
  /** The average pause between two sends. 0 means to send as fast as answers arrive. */
  pauseMs: number;
  /** The average length of a message. */
  contentChars: number;
  /** The share of sends that are repeated with the same id after their ok. */
  repeats: number;
  /** Set if the person sends messages. */
  talks: boolean;
  /** The longest wait before a reconnect. */
  returnMaxMs: number;
};

/** A simulated person. */
export type SimulatedClient = {
  readonly userId: number;
  /** Opens the first connection. */
  connect(): void;
  /** Starts to talk. */
  begin(): void;
  /** Changes the way of reading, on this connection and later ones. */
  read(reading: Reading): void;
  /** Cuts the connection without a close. A reconnect follows. */
  cut(): void;
  /** Stops sending new messages. */
  quieten(): void;
  /** The number of unanswered messages. */
  readonly waiting: number;
  /** The number of acknowledged messages. */
  readonly acked: number;
  /** True while it is live in all of its rooms. */
  readonly isLive: boolean;
  /** Returns the seq up to which it has a room; null for a room that it does not follow. */
  position(roomId: number): number | null;
  /** The number of repeated `live` events, which it gets after it was too slow. */
  readonly catchUps: number;
  /** Closes the connection for good. */
  close(): Promise<void>;
};

/** The shortest wait before a reconnect. */
const RETURN_MIN_MS = 20;
/** The pause of a person who may not send to any room now. */
const REST_MS = 150;
const HANDSHAKE_TIMEOUT_MS = 5_000;

type Place = { position: number | null; isMember: boolean; isLive: boolean };

/** Creates a simulated person, not connected yet. */
export function createSimulatedClient(options: ClientOptions): SimulatedClient {
  const { host, person, roomIds, history, chance, outstanding, pauseMs, contentChars, repeats } = options;
  const { talks, returnMaxMs } = options;
  const userId = person.user.id;
  const timers = new Set<NodeJS.Timeout>();
  const places = new Map<number, Place>(
    roomIds.map((roomId) => [roomId, { position: null, isMember: true, isLive: false }]),
  );
  const outbox = createOutbox(userId, history, after);
  let ws: WebSocket | null = null;
  let connection = '';
  let connections = 0;
  let sent = 0;
  let acked = 0;
  let catchUps = 0;
  let epoch: string | undefined;
  let isQuiet = false;
  let isOver = false;
  let isWelcome = false;
  let reading: Reading = 'eager';

  function after(delayMs: number, run: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, delayMs);
    timers.add(timer);
  }

  function connect(): void {
    if (isOver) return;
    connections++;
    connection = `${person.user.username}#${connections}`;
    const socket = new WebSocket(`${host.url.replace(/^http/, 'ws')}/v1/socket`, ['banter.v1'], {
      perMessageDeflate: false,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    });
    ws = socket;
    socket.on('error', () => {});
    socket.on('open', () => greet(socket));
    socket.on('message', (data) => {
      for (const event of decodeFrame(String(data))) handle(event, socket);
    });
    socket.on('close', (code) => lose(code));
  }

  function greet(socket: WebSocket): void {
    const cursors = roomIds.map((roomId): RoomCursor => {
      const { position } = placeOf(roomId);
      if (position === null) return { roomId };
      return { roomId, after: position, ...(epoch === undefined ? {} : { epoch }) };
    });
    socket.send(JSON.stringify({ op: 'hello', token: person.token, rooms: cursors }));
  }

  function lose(code: number): void {
    if (isWelcome && !isOver) history.record({ kind: 'closed', userId, connection, code });
    isWelcome = false;
    ws = null;
    outbox.disconnected();
    for (const place of places.values()) place.isLive = false;
    const reaction = reactionTo(code);
    if (isOver || reaction === 'stop') return;
    const ready = reaction === 'renew' ? person.renews() : Promise.resolve();
    after(chance.whole(RETURN_MIN_MS, returnMaxMs), () => void ready.then(connect, connect));
  }

  function handle(event: ServerEvent, socket: WebSocket): void {
    if (isRoomEvent(event)) receive(event);
    else if (event.type === 'welcome') enter(event, socket);
    else if (event.type === 'ok') accept(event);
    else if (event.type === 'error') refuse(event);
    else if (event.type === 'live' || event.type === 'reset') reach(event);
    else if (event.type === 'ping') socket.send(JSON.stringify({ op: 'pong', t: event.t }));
  }

  function enter(welcome: Welcome, socket: WebSocket): void {
    epoch = welcome.epoch;
    isWelcome = true;
    history.record({ kind: 'connected', userId, connection });
    for (const [roomId, place] of places) {
      // Without a cursor a room starts at the head in `welcome`.
      place.position ??= welcome.rooms.find((room) => room.roomId === roomId)?.head ?? null;
      history.record({ kind: 'asked', userId, connection, roomId, after: place.position });
    }
    if (reading === 'none') socket.pause();
    outbox.connected({ connection, send: (command) => socket.send(JSON.stringify(command)) });
  }

  function receive(event: RoomEvent): void {
    const { roomId, seq, type, userId: by } = event;
    const target = 'target' in event ? event.target : null;
    const [id, hash] = event.type === 'message' ? [event.id, hashOf(event.content ?? '')] : [null, null];
    history.record({ kind: 'received', userId, connection, roomId, seq, type, by, target, id, hash });
    const place = placeOf(roomId);
    place.position = seq;
    if ((type === 'kick' && target === userId) || (type === 'leave' && by === userId)) {
      place.isMember = false;
      place.isLive = false;
    }
    if ((type === 'role' && target === userId) || (type === 'join' && by === userId)) place.isMember = true;
  }

  function reach({ type, roomId, head }: Extract<ServerEvent, { type: 'live' | 'reset' }>): void {
    history.record({ kind: type, userId, connection, roomId, head });
    const place = placeOf(roomId);
    if (type === 'live' && place.isLive && place.isMember) catchUps++;
    place.position = head;
    place.isMember = true;
    place.isLive = type === 'live';
  }

  function accept(ok: Extract<ServerEvent, { type: 'ok' }>): void {
    const message = outbox.accepted(ok);
    if (!message) return;
    acked++;
    if (!isQuiet && chance.next() < repeats) outbox.add(message);
    if (pauseMs === 0) talk();
  }

  function refuse(error: Extract<ServerEvent, { type: 'error' }>): void {
    if (error.id !== undefined) {
      outbox.refused(error);
      if (pauseMs === 0) talk();
    } else if (error.roomId !== undefined) {
      history.record({ kind: 'denied', userId, connection, roomId: error.roomId });
      placeOf(error.roomId).isMember = false;
    }
  }

  /** Sends messages to random rooms, now and again later. */
  function talk(): void {
    if (isQuiet || isOver || !talks) return;
    const open = roomIds.filter((roomId) => placeOf(roomId).isMember);
    while (open.length > 0 && outbox.size < outstanding) {
      say(chance.pick(open));
      if (pauseMs > 0) break;
    }
    if (pauseMs > 0 || open.length === 0) after(2 * (pauseMs || REST_MS) * chance.next(), talk);
  }

  function say(roomId: number): void {
    sent++;
    const id = `${person.user.username}-${sent}-${chance.whole(0, 0xffff_ffff).toString(16).padStart(8, '0')}`;
    const length = Math.max(1, Math.round(contentChars * (0.5 + chance.next())));
    outbox.add({ id, roomId, content: `${id} `.padEnd(length, 'lorem ipsum ') });
  }

  function placeOf(roomId: number): Place {
    const known = places.get(roomId);
    if (known) return known;
    const place: Place = { position: null, isMember: false, isLive: false };
    places.set(roomId, place);
    return place;
  }

  return {
    userId,
    connect,
    begin: talk,
    read(next) {
      reading = next;
      if (next === 'none') ws?.pause();
      else ws?.resume();
    },
    cut: () => ws?.terminate(),
    quieten() {
      isQuiet = true;
    },
    get waiting() {
      return outbox.size;
    },
    get acked() {
      return acked;
    },
    get isLive() {
      return (
        isWelcome &&
        ws?.readyState === WebSocket.OPEN &&
        [...places.values()].every(({ isLive, isMember }) => isLive || !isMember)
      );
    },
    position: (roomId) => {
      const { position, isMember } = placeOf(roomId);
      return isMember ? position : null;
    },
    get catchUps() {
      return catchUps;
    },
    async close() {
      isOver = true;
      for (const timer of timers) clearTimeout(timer);
      const socket = ws;
      if (!socket || socket.readyState === WebSocket.CLOSED) return;
      await new Promise<void>((resolve) => {
        socket.once('close', () => resolve());
        socket.terminate();
      });
    },
  };
}
