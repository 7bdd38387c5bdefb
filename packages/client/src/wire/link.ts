/** One socket from dialling to its end: frames, heartbeats and silence. connection.ts decides what follows its end. */
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
import { AnswerWatch } from './answer-watch.ts';

/** The WebSocket subprotocol of the contract. */
export const SUBPROTOCOL = 'banter.v1';
/** The longest time until a socket's first frame. Generous, for a server to which all clients return at once. */
export const GREETING_MAX_MS = 4 * HELLO_TIMEOUT_MS;

/** The close code of a socket that closes normally. */
const NORMAL_CLOSURE = 1000;

/** The part of a WebSocket that a link needs. The browser's own and that of `ws` have it. */
export type SocketLike = {
  /** Sends a text frame. */
  send(data: string): void;
  /** Starts the closing handshake. */
  close(code?: number, reason?: string): void;
  /** `never`, because the browser and `ws` type events differently. `data`, `code` and `reason` are the same in both. */
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: never): void;
};

/** A WebSocket class, or another one with its constructor. */
export type SocketConstructor = new (url: string, protocols: string[]) => SocketLike;

/** The end of a link: its close code (1006 for a lost connection), the reason, and the least delay before the next dial. */
export type LinkEnd = { code: number; reason: string; retryAfterMs: number };

/** The receiver of a link's frames. */
export type LinkHandlers = {
  /** Called when the socket is open. */
  onOpen(): void;
  /** Called with the events of one frame. A `ping` among them is already answered. */
  onEvents(events: ServerEvent[]): void;
  /** Called once, and last. */
  onEnd(end: LinkEnd): void;
};

/** Opens a link. */
export type Dial = (handlers: LinkHandlers) => Link;

/** Creates a Dial for `url`; each call opens one socket. */
export function createDial(Socket: SocketConstructor, url: string, clock: Clock): Dial {
  return (handlers) => new Link(new Socket(url, [SUBPROTOCOL]), clock, handlers);
}

const LOST: LinkEnd = { code: 1006, reason: 'connection lost', retryAfterMs: 0 };
const SILENT: LinkEnd = { ...LOST, reason: 'the server stopped answering' };

/** One socket to the server. */
export class Link {
  readonly #socket: SocketLike;
  readonly #clock: Clock;
  readonly #handlers: LinkHandlers;
  readonly #answers: AnswerWatch;
  #isOver = false;
  #bye: Bye | null = null;
  #lastFrameAtMs: number;
  #silenceMaxMs = GREETING_MAX_MS;
  #cancelWatch: () => void;

  constructor(socket: SocketLike, clock: Clock, handlers: LinkHandlers) {
    this.#socket = socket;
    this.#clock = clock;
    this.#handlers = handlers;
    this.#answers = new AnswerWatch({
      clock,
      send: (probe) => this.send(probe),
      onDead: () => this.#end(SILENT),
    });
    this.#lastFrameAtMs = clock.now();
    this.#cancelWatch = clock.setTimer(() => this.#checkSilence(), this.#silenceMaxMs);
    listen(socket, 'open', () => {
      if (!this.#isOver) handlers.onOpen();
    });
    listen(socket, 'message', ({ data }) => this.#receive(data));
    listen(socket, 'close', (event) => this.#end(endOf(event, this.#bye)));
    // A close always follows an error, but `ws` throws an error that has no listener.
    listen(socket, 'error', () => {});
  }

  /** Sends a command; does nothing after the end. */
  send(command: Command): void {
    if (this.#isOver) return;
    this.#socket.send(JSON.stringify(command));
    this.#answers.sent(command);
  }

  /** Finds out soon whether the server still answers, if it has been silent or the machine has slept. */
  check(hasSlept: boolean): void {
    this.#answers.check(hasSlept);
  }

  /** Closes the socket without calling `onEnd`. */
  drop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelWatch();
    this.#answers.stop();
    this.#socket.close(NORMAL_CLOSURE);
  }

  #receive(data: unknown): void {
    if (this.#isOver) return;
    this.#lastFrameAtMs = this.#clock.now();
    this.#silenceMaxMs = SILENCE_MAX_MS;
    const events = decode(data);
    if (events === null) {
      this.#end({ ...LOST, reason: 'the server sent a frame that is not JSON' });
      return;
    }
    this.#answers.received(events);
    for (const event of events) {
      if (event.type === 'ping') this.send({ op: 'pong', t: event.t });
      else if (event.type === 'bye') this.#bye = event;
    }
    this.#handlers.onEvents(events);
  }

  #checkSilence(): void {
    const leftMs = this.#lastFrameAtMs + this.#silenceMaxMs - this.#clock.now();
    if (leftMs <= 0) this.#end(SILENT);
    else this.#cancelWatch = this.#clock.setTimer(() => this.#checkSilence(), leftMs);
  }

  #end(end: LinkEnd): void {
    if (this.#isOver) return;
    this.drop();
    this.#handlers.onEnd(end);
  }
}

/** The fields of a socket's events: `data` in a message, the others in a close. */
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

/** Describes a close. The network can lose a close frame, so an earlier `bye` replaces a code that is not in CLOSES. */
function endOf(event: SocketEvent, bye: Bye | null): LinkEnd {
  const code = bye && !isKnown(event.code) ? bye.code : event.code;
  return { code, reason: event.reason || bye?.reason || LOST.reason, retryAfterMs: bye?.retryAfterMs ?? 0 };
}

function isKnown(code: number): boolean {
  return Object.values(CLOSES).some((row) => row.code === code);
}
