/** Keeps one line to the server alive: greets, waits until the rooms are live, comes back after every end that allows it. */
import {
  ChatError,
  CLOSES,
  type Command,
  type RoomCursor,
  reactionTo,
  type ServerEvent,
} from '@banter/protocol';
import { backoffMs } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import type { ConnectionState } from '../types/connection.ts';
import type { Dial, Line, LineEnd } from './link.ts';

/** A line that lived so long proves the way is free: the next backoff starts from its beginning. */
export const STABLE_MS = 5_000;
/** Ends that our own frames caused are not worth more tries than this, as long as no line lives FAULT_FORGET_MS. */
export const FAULTS_MAX = 3;
export const FAULT_FORGET_MS = 60_000;
/** Rooms that were not confirmed so long after `welcome` do not hold up the others. */
export const LIVE_WAIT_MS = 10_000;

/** What `hello` says; without `rooms` it asks for all that there may be. */
export type Greeting = { token: string; rooms?: RoomCursor[] };

export type ConnectionOptions = {
  dial: Dial;
  clock: Clock;
  random(): number;
  /** What the next `hello` says. A rejection with `unauthenticated` ends the connection; any other is tried again. */
  greet(needsNewToken: boolean): Promise<Greeting>;
  onEvents(events: ServerEvent[]): void;
  onState(state: ConnectionState): void;
};

export type Connection = {
  readonly state: ConnectionState;
  start(): void;
  stop(): void;
  /** Dials now if it is waiting to; nothing otherwise. */
  retryNow(): void;
  setOnline(online: boolean): void;
  /** Sends on the greeted line; false when there is none. */
  send(command: Command): boolean;
  /** Leaves this line for a fresh one at once; with `needsNewToken` its token is renewed first. */
  redial(needsNewToken: boolean): void;
  /** Stops until somebody signs in again. */
  end(reason: string): void;
  /** Dials again after `end`, unless stopped. */
  revive(): void;
};

const OWN_FAULTS: readonly number[] = [CLOSES.too_large.code, CLOSES.protocol_error.code];
const RESTARTS: readonly number[] = [CLOSES.going_away.code, CLOSES.interrupted.code];

/** One connection, idle until `start`. */
export function createConnection(options: ConnectionOptions): Connection {
  const { dial, clock, random, greet, onEvents, onState } = options;
  let state: ConnectionState = { name: 'idle' };
  /** What the state would be if the machine were online. */
  let inner: ConnectionState = state;
  let isRunning = false;
  let isOnline = true;
  let line: Line | null = null;
  let isGreeted = false;
  let needsNewToken = false;
  let attempt = 0;
  let faults = 0;
  let liveAt: number | null = null;
  let awaited = new Set<number>();
  let cancelTimer = () => {};
  /** Counts dials and ends, so that a greeting which comes too late is recognised. */
  let turn = 0;

  function enter(next: ConnectionState): void {
    inner = next;
    const shown = isOnline || !isDown(next) ? next : ({ name: 'offline' } as const);
    if (shown === state || (shown.name === 'offline' && state.name === 'offline')) return;
    state = shown;
    onState(state);
  }

  function hangUp(): void {
    turn++;
    cancelTimer();
    line?.drop();
    line = null;
    isGreeted = false;
    awaited = new Set();
    const livedMs = liveAt === null ? 0 : clock.now() - liveAt;
    liveAt = null;
    if (livedMs >= STABLE_MS) attempt = 0;
    if (livedMs >= FAULT_FORGET_MS) faults = 0;
  }

  async function connect(): Promise<void> {
    hangUp();
    const mine = turn;
    enter({ name: 'connecting' });
    try {
      const greeting = await greet(needsNewToken);
      if (mine === turn) open(greeting);
    } catch (error) {
      if (mine === turn) giveUpOrWait(error);
    }
  }

  function open(greeting: Greeting): void {
    needsNewToken = false;
    const asked = greeting.rooms?.map((room) => room.roomId) ?? [];
    line = dial({
      onOpen: () => line?.send({ op: 'hello', ...greeting }),
      onEvents: (events) => hear(events, asked),
      onEnd: lost,
    });
  }

  function giveUpOrWait(error: unknown): void {
    if (!(error instanceof ChatError)) wait(0, false);
    else if (error.code === 'unauthenticated') connection.end(error.message);
    else wait(error.retryAfterMs ?? 0, false);
  }

  function hear(events: ServerEvent[], asked: number[]): void {
    const mine = turn;
    if (events.some((event) => event.type === 'welcome')) isGreeted = true;
    onEvents(events);
    for (const event of events) {
      if (mine !== turn) return;
      if (event.type === 'welcome') {
        const joined = new Set(event.rooms.map((room) => room.roomId));
        awaited = new Set(asked.filter((roomId) => joined.has(roomId)));
        cancelTimer = clock.setTimer(goLive, LIVE_WAIT_MS);
      } else if (event.type === 'live') awaited.delete(event.roomId);
      else if (event.type === 'error' && event.roomId !== undefined) awaited.delete(event.roomId);
    }
    if (isGreeted && awaited.size === 0) goLive();
  }

  function goLive(): void {
    if (inner.name === 'live') return;
    cancelTimer();
    liveAt = clock.now();
    enter({ name: 'live' });
  }

  function lost({ code, reason, retryAfterMs }: LineEnd): void {
    hangUp();
    if (isFinal(code)) {
      connection.end(reason);
      return;
    }
    if (reactionTo(code) === 'renew') needsNewToken = true;
    wait(retryAfterMs, RESTARTS.includes(code));
  }

  function isFinal(code: number): boolean {
    return OWN_FAULTS.includes(code) ? ++faults > FAULTS_MAX : reactionTo(code) === 'stop';
  }

  function wait(retryAfterMs: number, restarting: boolean): void {
    attempt++;
    const inMs = retryAfterMs + backoffMs(attempt, random());
    cancelTimer = clock.setTimer(connect, inMs);
    enter({ name: 'reconnecting', inMs, attempt, restarting });
  }

  const connection: Connection = {
    get state() {
      return state;
    },
    start() {
      if (isRunning && inner.name !== 'ended') return;
      isRunning = true;
      void connect();
    },
    stop() {
      isRunning = false;
      hangUp();
      enter({ name: 'idle' });
    },
    retryNow() {
      if (inner.name === 'reconnecting') void connect();
    },
    setOnline(online) {
      const wasOffline = !isOnline;
      isOnline = online;
      // The network that came back may be another one; a line from before it can be dead without knowing.
      if (online && wasOffline && isRunning && inner.name !== 'ended') void connect();
      else enter(inner);
    },
    send(command) {
      if (line === null || !isGreeted) return false;
      line.send(command);
      return true;
    },
    redial(withNewToken) {
      if (inner.name !== 'live' && inner.name !== 'connecting') return;
      needsNewToken ||= withNewToken;
      hangUp();
      wait(0, false);
    },
    end(reason) {
      hangUp();
      attempt = 0;
      faults = 0;
      enter({ name: 'ended', reason });
    },
    revive() {
      if (isRunning && inner.name === 'ended') void connect();
    },
  };
  return connection;
}

/** States in which there is no line, but there should be one. */
function isDown(state: ConnectionState): boolean {
  return state.name === 'connecting' || state.name === 'reconnecting';
}
