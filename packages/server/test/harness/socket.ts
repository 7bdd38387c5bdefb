/** A WebSocket client that keeps everything it receives, and can wait for it. */
import type { IncomingMessage } from 'node:http';
import {
  type Command,
  decodeFrame,
  isRoomEvent,
  type RoomCursor,
  type RoomEvent,
  type ServerEvent,
} from '@banter/protocol';
import { WebSocket } from 'ws';
import type { Host } from './http.ts';
import { Waiters } from './waiters.ts';

/** The code and reason of a close. */
export type Closing = { code: number; reason: string };
/** The answer to a command. */
export type Reply = Extract<ServerEvent, { type: 'ok' | 'error' }>;

/** Options of openSocket. */
export type SocketOptions = {
  path?: string;
  headers?: Record<string, string>;
  origin?: string;
  /** Whether pings are answered, both the library's and the contract's. */
  answersPings?: boolean;
  /** The client's address: another one of the loopback network. */
  localAddress?: string;
};

/** An upgrade that was answered with a status other than 101. */
export class UpgradeRefused extends Error {
  readonly status: number;
  readonly problem: Record<string, unknown>;

  constructor(status: number, body: string) {
    super(`the upgrade was rejected: ${status} ${body}`);
    this.status = status;
    this.problem = JSON.parse(body);
  }
}

const TIMEOUT_MS = 20_000;

/** An open socket with everything that it received. */
export class Collector {
  readonly ws: WebSocket;
  /** Every event, in the order of arrival. */
  readonly events: ServerEvent[] = [];
  readonly #waiters = new Waiters(() => `the last events: ${JSON.stringify(this.events.slice(-5))}`);
  #closing: Closing | null = null;

  constructor(ws: WebSocket, answersPings: boolean) {
    this.ws = ws;
    ws.on('error', () => {});
    ws.on('message', (data) => this.#receive(String(data), answersPings));
    ws.on('close', (code, reason) => {
      this.#closing = { code, reason: String(reason) };
      this.#waiters.recheck();
    });
  }

  /** How the socket was closed; null while it is open. */
  get closing(): Closing | null {
    return this.#closing;
  }

  /** Sends a command as JSON, or a text as it is. */
  send(frame: Command | string): void {
    this.ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** Sends a command. Resolves with the next answer that has its id. */
  ask(command: Command & { id: string }): Promise<Reply> {
    const from = this.events.length;
    this.send(command);
    const find = scanner(this.events, (event) => isReplyTo(event, command.id), from) as () =>
      | Reply
      | undefined;
    return this.#wait(`an answer to ${command.op} ${command.id}`, find, true);
  }

  /** Resolves with the first past or future event that `matches`. @throws Error naming `what` when none arrives. */
  first<T extends ServerEvent>(what: string, matches: (event: ServerEvent) => event is T): Promise<T>;
  first(what: string, matches: (event: ServerEvent) => boolean): Promise<ServerEvent>;
  first(what: string, matches: (event: ServerEvent) => boolean): Promise<ServerEvent> {
    return this.#wait(what, scanner(this.events, matches), true);
  }

  /** Waits until `isSo`, which is checked after each event and at the close. @throws Error naming `what` otherwise. */
  async until(what: string, isSo: () => boolean): Promise<void> {
    await this.#wait(what, () => isSo() || undefined, true);
  }

  /** Resolves with how the socket was closed. */
  closed(): Promise<Closing> {
    return this.#wait('the close of the socket', () => this.#closing ?? undefined, false);
  }

  /** Returns the events of one room's order, as they arrived. */
  log(roomId: number): RoomEvent[] {
    return this.events.filter(isRoomEvent).filter((event) => event.roomId === roomId);
  }

  #receive(frame: string, answersPings: boolean): void {
    for (const event of decodeFrame(frame)) {
      this.events.push(event);
      if (event.type === 'ping' && answersPings) this.send({ op: 'pong', t: event.t });
    }
    this.#waiters.recheck();
  }

  #wait<T>(what: string, find: () => T | undefined, endsWithSocket: boolean): Promise<T> {
    return this.#waiters.wait({
      what,
      find,
      isHopeless: () => (this.#closing && endsWithSocket ? `closed with ${this.#closing.code}` : null),
      timeoutMs: TIMEOUT_MS,
    });
  }
}

/** Opens a socket. Resolves when it is open. @throws UpgradeRefused. */
export async function openSocket(
  { url }: Host,
  { path = '/v1/socket', headers = {}, origin, answersPings = true, localAddress }: SocketOptions = {},
): Promise<Collector> {
  const ws = new WebSocket(
    `${url.replace(/^http/, 'ws')}${path}`,
    path === '/v1/socket' ? ['banter.v1'] : [],
    {
      headers,
      autoPong: answersPings,
      perMessageDeflate: false,
      ...(origin === undefined ? {} : { origin }),
      ...(localAddress === undefined ? {} : { localAddress }),
    },
  );
  const collector = new Collector(ws, answersPings);
  await opened(ws);
  return collector;
}

/** Opens `/v1/socket`, says hello, and waits for the welcome and for each of its rooms to be live. */
export async function signIn(
  host: Host,
  token: string,
  rooms?: RoomCursor[],
  options: SocketOptions = {},
): Promise<Collector> {
  const socket = await openSocket(host, options);
  socket.send({ op: 'hello', token, ...(rooms ? { rooms } : {}) });
  const welcome = await socket.first('welcome', (event) => event.type === 'welcome');
  const requested = rooms ?? welcome.rooms;
  await socket.until('every room is live', () =>
    requested.every(({ roomId }) =>
      socket.events.some(
        (event) => (event.type === 'live' || event.type === 'error') && event.roomId === roomId,
      ),
    ),
  );
  return socket;
}

/** Returns how an upgrade was rejected. @throws Error if it was not. */
export async function refusalOf(host: Host, options: SocketOptions): Promise<UpgradeRefused> {
  try {
    const { ws } = await openSocket(host, options);
    ws.terminate();
  } catch (error) {
    if (error instanceof UpgradeRefused) return error;
    throw error;
  }
  throw new Error(`${options.path} was opened, but should have been rejected`);
}

/** Waits until the server has handled everything that was sent before, pongs included. */
export async function roundTrip(socket: Collector): Promise<void> {
  await socket.ask({ op: 'unsubscribe', id: 'round-trip', roomId: Number.MAX_SAFE_INTEGER });
}

/** Whether an event answers the command with this id. */
export function isReplyTo(event: ServerEvent, id: string): event is Reply {
  return (event.type === 'ok' || event.type === 'error') && event.id === id;
}

/** Returns a function that finds the first match, and checks each event only once over all its calls. */
function scanner(events: readonly ServerEvent[], matches: (event: ServerEvent) => boolean, from = 0) {
  let seen = from;
  return (): ServerEvent | undefined => {
    for (; seen < events.length; seen++) {
      const event = events[seen];
      if (event && matches(event)) return event;
    }
    return undefined;
  };
}

function opened(ws: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    ws.once('open', resolve);
    ws.once('error', reject);
    ws.once('unexpected-response', (_request, response: IncomingMessage) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk;
      });
      response.on('end', () => reject(new UpgradeRefused(response.statusCode ?? 0, body)));
    });
  });
}
