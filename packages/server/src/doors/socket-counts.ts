/** Counts the sockets and event streams of each network, so that no peer can take all that the process can open. */
import { ChatError } from '@banter/protocol';
import { networkOf } from '../chat/limits/network.ts';

/** Sockets of one network, upgrades in progress included, that have not signed in. A whole office may return at once. */
export const STRANGERS_MAX = 1_000;
/** All sockets of one network. */
export const SOCKETS_MAX = 10_000;

const RETRY_AFTER_MS = 2_000;

/** Owns the counts. */
export class SocketCounts {
  readonly #isCapped: boolean;
  readonly #networks = new Map<string, Counts>();

  /** @param isCapped false lifts the caps, for measuring on loopback only. */
  constructor(isCapped: boolean) {
    this.#isCapped = isCapped;
  }

  /** Counts a socket or stream that is about to open. @throws ChatError rate_limited over one of the caps. */
  acquire(address: string): SocketSlot {
    const network = networkOf(address);
    const counts = this.#networks.get(network) ?? {
      all: 0,
      strangers: 0,
      onLast: () => this.#networks.delete(network),
    };
    if (this.#isCapped) requireFreeSlot(counts);
    this.#networks.set(network, counts);
    counts.all++;
    counts.strangers++;
    return new SocketSlot(counts);
  }
}

/** One counted socket. */
export class SocketSlot {
  readonly #counts: Counts;
  #isStranger = true;

  constructor(counts: Counts) {
    this.#counts = counts;
  }

  /** Marks the socket as signed in. */
  markSignedIn(): void {
    if (this.#isStranger) this.#counts.strangers--;
    this.#isStranger = false;
  }

  /** Releases the slot of a closed socket. Call it once. */
  release(): void {
    this.markSignedIn();
    if (--this.#counts.all === 0) this.#counts.onLast();
  }
}

/** The sockets of one network. `onLast` is called when the last one is released. */
type Counts = { all: number; strangers: number; onLast: () => void };

function requireFreeSlot({ all, strangers }: Counts): void {
  if (all >= SOCKETS_MAX)
    throw tooMany(`this address has ${SOCKETS_MAX} open sockets, the most allowed: close some`);
  if (strangers >= STRANGERS_MAX) {
    throw tooMany(`${STRANGERS_MAX} sockets of this address have not signed in yet: wait a moment`);
  }
}

function tooMany(detail: string): ChatError {
  return new ChatError('rate_limited', detail, { retryAfterMs: RETRY_AFTER_MS });
}
