/** Bounds the TCP connections of each network: each takes a descriptor of the process, and floods cost time before they are read [B4]. */
import type { Duplex } from 'node:stream';
import { networkOf } from '../chat/limits/network.ts';
import type { RateLimits } from '../chat/limits/rate-limits.ts';

/** Connections of one network that are no sockets or streams. A whole office may open the page at once. */
export const PLAIN_MAX = 2_048;
/** The part of the process's descriptors that the connections of one network may take. */
const DESCRIPTORS_SHARE = 0.5;

/** The parts that ConnectionLimits works with. */
export type ConnectionLimitsDeps = {
  /** Has the rate of floods. */
  limits: Pick<RateLimits, 'charge' | 'refusal'>;
  /** How many descriptors the process may have open. */
  descriptors: number;
  /** Whether an address is a trusted proxy's: it speaks for many, so it is not limited. */
  isTrusted: (address: string) => boolean;
  /** False lifts the limits, for measuring on loopback only. */
  isLimited: boolean;
};

/** Owns the counts of open connections. */
export class ConnectionLimits {
  readonly #deps: ConnectionLimitsDeps;
  readonly #max: number;
  readonly #networks = new Map<string, Counts>();
  readonly #connections = new Map<Duplex, Counts>();
  /** Those that are no sockets or streams. */
  readonly #plain = new Set<Duplex>();
  /** One listener serves all connections: each idle one would keep a closure of its own. */
  readonly #onClose: (this: Duplex) => void;

  constructor(deps: ConnectionLimitsDeps) {
    this.#deps = deps;
    this.#max = Math.floor(deps.descriptors * DESCRIPTORS_SHARE);
    const forget = (socket: Duplex) => this.#forget(socket);
    this.#onClose = function onClose() {
      forget(this);
    };
  }

  /** Counts a new connection. @returns false if its network has too many, or sent floods just now: close it. */
  admit(socket: Duplex, address: string): boolean {
    const { limits, isLimited, isTrusted } = this.#deps;
    const network = networkOf(address);
    const counts = this.#networks.get(network) ?? { network, all: 0, plain: 0 };
    if (isLimited && !isTrusted(address)) {
      if (counts.plain >= PLAIN_MAX || counts.all >= this.#max) return false;
      if (limits.refusal('flood', address)) return false;
    }
    this.#count(socket, counts);
    return true;
  }

  /** Counts a connection as a socket or a stream from now on. */
  upgrade(socket: Duplex): void {
    const counts = this.#connections.get(socket);
    if (this.#plain.delete(socket) && counts) counts.plain--;
  }

  /** Records that a connection was cut because it sent a flood. @param address of the peer that sent it, or its network. */
  recordFlood(address: string): void {
    this.#deps.limits.charge('flood', address);
  }

  #count(socket: Duplex, counts: Counts): void {
    this.#networks.set(counts.network, counts);
    this.#connections.set(socket, counts);
    this.#plain.add(socket);
    counts.all++;
    counts.plain++;
    socket.on('close', this.#onClose);
  }

  #forget(socket: Duplex): void {
    this.upgrade(socket);
    const counts = this.#connections.get(socket);
    if (this.#connections.delete(socket) && counts && --counts.all === 0)
      this.#networks.delete(counts.network);
  }
}

type Counts = { readonly network: string; all: number; plain: number };

/** Returns how many descriptors this process may have open, sockets included. */
export function descriptorsOfProcess(): number {
  // Only this report has the limit. Node has raised it as far as the system allows.
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } };
  const soft = report.userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : Number.POSITIVE_INFINITY;
}
