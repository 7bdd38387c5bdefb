/** A raw socket that keeps everything it was sent, and can be asked to wait for something. */
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

export type Closing = { code: number; reason: string };
export type Reply = Extract<ServerEvent, { type: 'ok' | 'error' }>;

export type Collector = {
  readonly ws: WebSocket;
  /** Everything that came, in the order of coming. */
  readonly events: readonly ServerEvent[];
  /** How it ended; null while it is open. */
  readonly closing: Closing | null;
  /** Sends a command as JSON, or a text as it stands. */
  send(frame: Command | string): void;
  /** Sends a command and gives the next answer that carries its id. */
  ask(command: Command & { id: string }): Promise<Reply>;
  /** The first event, past or to come, that `fits`. @throws Error naming `what` when none comes. */
  first<T extends ServerEvent>(what: string, fits: (event: ServerEvent) => event is T): Promise<T>;
  first(what: string, fits: (event: ServerEvent) => boolean): Promise<ServerEvent>;
  /** Waits until `isSo`, looked at after each event and at the end. */
  until(what: string, isSo: () => boolean): Promise<void>;
  /** How it ended, once it has. */
  closed(): Promise<Closing>;
  /** The events of one room's order, as they came. */
  log(roomId: number): RoomEvent[];
};

export type SocketOptions = {
  path?: string;
  headers?: Record<string, string>;
  origin?: string;
  /** Whether pings are answered, the library's own as well as the contract's. */
  answersPings?: boolean;
};

/** An upgrade that was answered with a status other than 101. */
export class UpgradeRefused extends Error {
  readonly status: number;
  readonly problem: Record<string, unknown>;

  constructor(status: number, body: string) {
    super(`the upgrade was refused: ${status} ${body}`);
    this.status = status;
    this.problem = JSON.parse(body);
  }
}

const TIMEOUT_MS = 20_000;

/** Opens a socket; it resolves when it is open. @throws UpgradeRefused. */
export async function openSocket(
  { url }: Host,
  { path = '/v1/socket', headers = {}, origin, answersPings = true }: SocketOptions = {},
): Promise<Collector> {
  const ws = new WebSocket(
    `${url.replace(/^http/, 'ws')}${path}`,
    path === '/v1/socket' ? ['banter.v1'] : [],
    {
      headers,
      autoPong: answersPings,
      perMessageDeflate: false,
      ...(origin === undefined ? {} : { origin }),
    },
  );
  const collector = collect(ws, answersPings);
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
  const asked = rooms ?? welcome.rooms;
  await socket.until('every room is live', () =>
    asked.every(({ roomId }) =>
      socket.events.some(
        (event) => (event.type === 'live' || event.type === 'error') && event.roomId === roomId,
      ),
    ),
  );
  return socket;
}

/** The refusal of an upgrade that must be refused. */
export async function refusalOf(host: Host, options: SocketOptions): Promise<UpgradeRefused> {
  try {
    const { ws } = await openSocket(host, options);
    ws.terminate();
  } catch (error) {
    if (error instanceof UpgradeRefused) return error;
    throw error;
  }
  throw new Error(`${options.path} was opened, though it should have been refused`);
}

/** Waits until the server has taken all that was sent before, pongs too. */
export async function roundTrip(socket: Collector): Promise<void> {
  await socket.ask({ op: 'unsubscribe', id: 'round-trip', roomId: Number.MAX_SAFE_INTEGER });
}

function collect(ws: WebSocket, answersPings: boolean): Collector {
  const events: ServerEvent[] = [];
  const looks = new Set<() => void>();
  let closing: Closing | null = null;
  const look = () => {
    for (const each of [...looks]) each();
  };
  ws.on('error', () => {});
  ws.on('message', (data) => {
    for (const event of decodeFrame(String(data))) {
      events.push(event);
      if (event.type === 'ping' && answersPings) ws.send(JSON.stringify({ op: 'pong', t: event.t }));
    }
    look();
  });
  ws.on('close', (code, reason) => {
    closing = { code, reason: String(reason) };
    look();
  });

  function wait<T>(what: string, ask: () => T | undefined, endsWithSocket: boolean): Promise<T> {
    return new Promise((resolve, reject) => {
      const give = () => {
        const found = ask();
        if (found !== undefined) end(() => resolve(found));
        else if (closing && endsWithSocket) end(() => reject(failure(`closed with ${closing?.code}`)));
      };
      const end = (settle: () => void) => {
        looks.delete(give);
        clearTimeout(timer);
        settle();
      };
      const failure = (why: string) =>
        new Error(`${what}: ${why}; the last events: ${JSON.stringify(events.slice(-5))}`);
      const timer = setTimeout(() => end(() => reject(failure(`not in ${TIMEOUT_MS} ms`))), TIMEOUT_MS);
      looks.add(give);
      give();
    });
  }

  const first = (what: string, fits: (event: ServerEvent) => boolean) =>
    wait(what, scanner(events, fits), true);
  const send = (frame: Command | string) =>
    ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  return {
    ws,
    events,
    get closing() {
      return closing;
    },
    send,
    ask(command) {
      const from = events.length;
      send(command);
      return wait(
        `an answer to ${command.op} ${command.id}`,
        scanner(events, (event) => isReplyTo(event, command.id), from),
        true,
      ) as Promise<Reply>;
    },
    first: first as Collector['first'],
    until: async (what, isSo) => void (await wait(what, () => isSo() || undefined, true)),
    closed: () => wait('the end of the socket', () => closing ?? undefined, false),
    log: (roomId) => events.filter(isRoomEvent).filter((event) => event.roomId === roomId),
  };
}

/** Whether an event answers the command of this id. */
export function isReplyTo(event: ServerEvent, id: string): event is Reply {
  return (event.type === 'ok' || event.type === 'error') && event.id === id;
}

/** Looks at each event once, however often it is asked. */
function scanner(events: readonly ServerEvent[], fits: (event: ServerEvent) => boolean, from = 0) {
  let seen = from;
  return (): ServerEvent | undefined => {
    for (; seen < events.length; seen++) {
      const event = events[seen];
      if (event && fits(event)) return event;
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
