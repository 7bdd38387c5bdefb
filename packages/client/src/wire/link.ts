/** One socket from dialling to its end: frames in and out, heartbeats, silence. What comes after is connection.ts's to decide. */
import {
  type Bye,
  CLOSES,
  type Command,
  decodeFrame,
  HELLO_TIMEOUT_MS,
  type ServerEvent,
  SILENCE_MAX_MS,
} from '@banter/protocol';
import type { Clock } from '../clock.ts';

export const SUBPROTOCOL = 'banter.v1';
/** How long a socket may take until its first frame: long enough for a server to which everybody comes back at once. */
export const GREETING_MAX_MS = 4 * HELLO_TIMEOUT_MS;

/** The part of a WebSocket that a line needs; the browser's own and `ws` have it. */
export type SocketLike = {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  /** `never` because the browser and `ws` disagree about the events; `data`, `code` and `reason` are the same in both. */
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: never): void;
};

export type SocketConstructor = new (url: string, protocols: string[]) => SocketLike;

/** Why a line ended: its close code (1006 for a cut), what the server said of it, and when it wants us back. */
export type LineEnd = { code: number; reason: string; retryAfterMs: number };

export type LineHandlers = {
  onOpen(): void;
  /** The events of one frame, without heartbeats' own business: a `ping` is answered already. */
  onEvents(events: ServerEvent[]): void;
  /** Called once; nothing else is called after it. */
  onEnd(end: LineEnd): void;
};

export type Line = {
  send(command: Command): void;
  /** Ends the line from this side, without a word to `onEnd`. */
  drop(): void;
};

export type Dial = (handlers: LineHandlers) => Line;

const CUT: LineEnd = { code: 1006, reason: 'connection lost', retryAfterMs: 0 };

/** A way to dial `url`; each call opens one socket. */
export function createDial(Socket: SocketConstructor, url: string, clock: Clock): Dial {
  return (handlers) => openLine(new Socket(url, [SUBPROTOCOL]), clock, handlers);
}

function openLine(socket: SocketLike, clock: Clock, { onOpen, onEvents, onEnd }: LineHandlers): Line {
  let isOver = false;
  let bye: Bye | null = null;
  let heardAt = clock.now();
  let patienceMs = GREETING_MAX_MS;
  let cancelWatch = clock.setTimer(watch, patienceMs);

  function watch(): void {
    const leftMs = heardAt + patienceMs - clock.now();
    if (leftMs > 0) cancelWatch = clock.setTimer(watch, leftMs);
    else end({ ...CUT, reason: 'the server is silent' });
  }

  function drop(): void {
    if (isOver) return;
    isOver = true;
    cancelWatch();
    socket.close(1000);
  }

  function end(why: LineEnd): void {
    if (isOver) return;
    drop();
    onEnd(why);
  }

  function send(command: Command): void {
    if (!isOver) socket.send(JSON.stringify(command));
  }

  function hear(data: unknown): void {
    if (isOver) return;
    heardAt = clock.now();
    patienceMs = SILENCE_MAX_MS;
    const events = decode(data);
    if (events === null) end({ ...CUT, reason: 'the server sent something that is no JSON' });
    else take(events);
  }

  function take(events: ServerEvent[]): void {
    for (const event of events) {
      if (event.type === 'ping') send({ op: 'pong', t: event.t });
      else if (event.type === 'bye') bye = event;
    }
    onEvents(events);
  }

  listen(socket, 'open', () => {
    if (!isOver) onOpen();
  });
  listen(socket, 'message', ({ data }) => hear(data));
  listen(socket, 'close', (event) => end(endOf(event, bye)));
  // An error is always followed by a close; but `ws` throws where nobody listens.
  listen(socket, 'error', () => {});
  return { send, drop };
}

/** What the events of a socket carry: `data` a message's, the others a close's. */
type SocketEvent = { data: unknown; code: number; reason: string };

function listen(
  socket: SocketLike,
  type: 'open' | 'message' | 'close' | 'error',
  listener: (event: SocketEvent) => void,
): void {
  socket.addEventListener(type, listener as never);
}

function decode(data: unknown): ServerEvent[] | null {
  try {
    return typeof data === 'string' ? decodeFrame(data) : null;
  } catch {
    return null;
  }
}

/** A close frame can get lost on its way; what was said before it counts then. */
function endOf(event: SocketEvent, bye: Bye | null): LineEnd {
  const code = bye && !isKnown(event.code) ? bye.code : event.code;
  return { code, reason: event.reason || bye?.reason || CUT.reason, retryAfterMs: bye?.retryAfterMs ?? 0 };
}

function isKnown(code: number): boolean {
  return Object.values(CLOSES).some((row) => row.code === code);
}
