/**
 * Bounds the memory of HTTP answers that their peers do not read. Sockets and event streams have bounds of their own [B1].
 *
 * 1. A connection's requests run one at a time, in order. While one runs or is being sent, further ones wait, and the
 *    connection is not read.
 * 2. A connection whose waiting requests would take more than WAITING_MAX_BYTES is cut.
 * 3. A connection that takes no byte of its answer for ANSWER_STALL_MS is cut.
 * 4. All connections together may hold ANSWERS_NODE_MAX_BYTES. Above it, the network with most loses its largest
 *    connections, until ANSWERS_NODE_FREED_BYTES are left.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from '../../chat/limits/network.ts';
import type { Clock } from '../../clock.ts';
import { acceptedBytes } from '../../doors/system-queue.ts';

/** Bytes that the waiting requests of one connection may take. */
export const WAITING_MAX_BYTES = 128 * 1024;
/** Milliseconds without progress after which a connection with an unsent answer is cut. */
export const ANSWER_STALL_MS = 30_000;
/** Bytes that unsent answers and waiting requests of all connections may take. */
export const ANSWERS_NODE_MAX_BYTES = 64 * 1024 * 1024;
/** Bytes that are left after the worst connections were cut. */
export const ANSWERS_NODE_FREED_BYTES = (ANSWERS_NODE_MAX_BYTES / 4) * 3;
/** Memory of a waiting request, besides the text of its head. */
const REQUEST_BYTES = 2 * 1024;
const CHECK_PERIOD_MS = 1_000;

/** Owns the connections with a running request, and the requests that wait. */
export class UnsentAnswers {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #onFlood: (network: string) => void;
  readonly #connections = new Map<Socket, Connection>();
  readonly #stop: () => void;
  #bytes = 0;

  /** Begins to check for peers that read nothing. @param onFlood is called with the network whose requests took too much. */
  constructor(clock: Pick<Clock, 'now' | 'every'>, onFlood: (network: string) => void = () => {}) {
    this.#clock = clock;
    this.#onFlood = onFlood;
    this.#stop = clock.every(CHECK_PERIOD_MS, () => this.#cutStalled());
  }

  /** Bytes of waiting requests, and of answers as they were when they ended or when the node was last over its bound. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Ends the checks. */
  stop(): void {
    this.#stop();
  }

  /** Runs a request at its turn: now, or once the answers before it on its connection have been sent. */
  run(request: IncomingMessage, response: ServerResponse, handle: () => void): void {
    const { socket } = request;
    // The rest of a packet from a connection that was cut.
    if (socket.destroyed) return;
    const connection = this.#connections.get(socket) ?? this.#open(socket, request);
    const turn = { response, handle, bytes: bytesOf(request) };
    if (connection.isRunning) this.#wait(connection, turn);
    else this.#begin(connection, turn);
  }

  /** Whether a connection still has answers to send. */
  isBusy(socket: Socket): boolean {
    return this.#connections.has(socket);
  }

  /** Tells on whose behalf a connection acts now, as far as a trusted proxy reports it. */
  attribute(socket: Socket, address: string): void {
    const connection = this.#connections.get(socket);
    if (connection) connection.network = networkOf(address);
  }

  #open(socket: Socket, { socket: { remoteAddress = '' } }: IncomingMessage): Connection {
    const onClose = () => this.#forget(connection);
    const connection: Connection = {
      socket,
      network: networkOf(remoteAddress),
      isRunning: false,
      isWritten: false,
      waiting: [],
      waitingBytes: 0,
      answerBytes: 0,
      progress: 0,
      progressAt: this.#clock.now(),
      onClose,
    };
    this.#connections.set(socket, connection);
    socket.once('close', onClose);
    return connection;
  }

  #begin(connection: Connection, { response, handle }: Turn): void {
    connection.isRunning = true;
    connection.isWritten = false;
    connection.progressAt = this.#clock.now();
    response.once('prefinish', () => this.#chargeAnswer(connection));
    response.once('close', () => this.#next(connection));
    handle();
  }

  #next(connection: Connection): void {
    this.#charge(connection, { answerBytes: 0 });
    connection.isRunning = false;
    const turn = connection.socket.destroyed ? undefined : connection.waiting.shift();
    if (!turn) {
      this.#forget(connection);
      return;
    }
    this.#charge(connection, { waitingBytes: connection.waitingBytes - turn.bytes });
    if (connection.waiting.length === 0) connection.socket.resume();
    this.#begin(connection, turn);
  }

  #wait(connection: Connection, turn: Turn): void {
    // Node reads on whenever an answer has been sent, so this is repeated for each request.
    connection.socket.pause();
    connection.waiting.push(turn);
    this.#charge(connection, { waitingBytes: connection.waitingBytes + turn.bytes });
    if (connection.waitingBytes <= WAITING_MAX_BYTES) this.#relieve();
    else {
      this.#onFlood(connection.network);
      this.#cut(connection);
    }
  }

  #chargeAnswer(connection: Connection): void {
    connection.isWritten = true;
    this.#charge(connection, { answerBytes: connection.socket.writableLength });
    this.#relieve();
  }

  /** Records a new amount of one kind. */
  #charge(connection: Connection, amount: Partial<Pick<Connection, 'answerBytes' | 'waitingBytes'>>): void {
    this.#bytes -= sizeOf(connection);
    Object.assign(connection, amount);
    this.#bytes += sizeOf(connection);
  }

  #forget(connection: Connection): void {
    if (!this.#connections.delete(connection.socket)) return;
    this.#bytes -= sizeOf(connection);
    connection.waiting = [];
    connection.socket.off('close', connection.onClose);
  }

  #cutStalled(): void {
    const now = this.#clock.now();
    for (const connection of [...this.#connections.values()]) {
      const { socket, isWritten } = connection;
      const progress = acceptedBytes(socket);
      // An answer that is still written is an event stream. The hub closes those with a `bye` [B1].
      if (!isWritten || progress !== connection.progress || socket.writableLength === 0) {
        Object.assign(connection, { progress, progressAt: now });
      } else if (now - connection.progressAt >= ANSWER_STALL_MS) this.#cut(connection);
    }
  }

  /** Cuts the worst connections while the node is over its bound. */
  #relieve(): void {
    if (this.#bytes <= ANSWERS_NODE_MAX_BYTES) return;
    for (const connection of this.#connections.values())
      this.#charge(connection, {
        answerBytes: Math.min(connection.answerBytes, connection.socket.writableLength),
      });
    if (this.#bytes <= ANSWERS_NODE_MAX_BYTES) return;
    while (this.#bytes > ANSWERS_NODE_FREED_BYTES) {
      const worst = worstOf([...this.#connections.values()]);
      if (!worst) return;
      this.#cut(worst);
    }
  }

  #cut(connection: Connection): void {
    this.#forget(connection);
    connection.socket.destroy();
  }
}

/** A request that waits for its turn, with the memory it takes meanwhile. */
type Turn = { response: ServerResponse; handle: () => void; bytes: number };

/** A connection with a request. `progress` in bytes that the system has accepted, since `progressAt` (monotonic). */
type Connection = {
  readonly socket: Socket;
  network: string;
  isRunning: boolean;
  /** Whether the whole answer has been handed to the socket. */
  isWritten: boolean;
  waiting: Turn[];
  waitingBytes: number;
  answerBytes: number;
  progress: number;
  progressAt: number;
  readonly onClose: () => void;
};

function sizeOf({ answerBytes, waitingBytes }: Connection): number {
  return answerBytes + waitingBytes;
}

function bytesOf({ rawHeaders, url = '' }: IncomingMessage): number {
  return rawHeaders.reduce((sum, text) => sum + text.length, REQUEST_BYTES + url.length);
}

/** Returns the largest connection of the network that holds most; undefined when nobody holds anything. */
function worstOf(connections: readonly Connection[]): Connection | undefined {
  const networks = new Map<string, number>();
  for (const connection of connections)
    networks.set(connection.network, (networks.get(connection.network) ?? 0) + sizeOf(connection));
  const [worst] = [...networks].sort(([, a], [, b]) => b - a)[0] ?? [];
  const [largest] = connections
    .filter(({ network }) => network === worst)
    .sort((a, b) => sizeOf(b) - sizeOf(a));
  return largest && sizeOf(largest) > 0 ? largest : undefined;
}
