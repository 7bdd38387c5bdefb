/** How many sockets and streams one address has: so that nobody alone takes all that the process may have. */
import { ChatError } from '@banter/protocol';
import { networkOf } from '../chat/limits/network.ts';

/** Sockets, and upgrades under way, of one network that nobody has signed in on. A whole office may come back at once. */
export const STRANGERS_MAX = 1_000;
/** All sockets of one network. */
export const SOCKETS_MAX = 10_000;

/** One socket of an address. */
export type SocketSlot = {
  /** Its person is known. */
  signedIn(): void;
  /** It is gone; to be called once. */
  leave(): void;
};

export type SocketCounts = {
  /** Counts a socket or a stream in, before it begins. @throws ChatError rate_limited over one of the caps. */
  enter(address: string): SocketSlot;
};

const RETRY_AFTER_MS = 2_000;

/** @param isOn false lifts the caps, for measuring on loopback only. */
export function createSocketCounts(isOn: boolean): SocketCounts {
  const networks = new Map<string, Counts>();
  return {
    enter(address) {
      const network = networkOf(address);
      const counts = networks.get(network) ?? {
        all: 0,
        strangers: 0,
        onLast: () => networks.delete(network),
      };
      if (isOn) refuseOver(counts);
      networks.set(network, counts);
      counts.all++;
      counts.strangers++;
      return new CountedEntry(counts);
    },
  };
}

/** A class: each idle socket has one. */
class CountedEntry implements SocketSlot {
  private isStranger = true;
  private readonly counts: Counts;

  constructor(counts: Counts) {
    this.counts = counts;
  }

  signedIn(): void {
    if (this.isStranger) this.counts.strangers--;
    this.isStranger = false;
  }

  leave(): void {
    this.signedIn();
    if (--this.counts.all === 0) this.counts.onLast();
  }
}

type Counts = { all: number; strangers: number; onLast: () => void };

function refuseOver({ all, strangers }: Counts): void {
  if (all >= SOCKETS_MAX) throw tooMany(`one address has at most ${SOCKETS_MAX} sockets`);
  if (strangers >= STRANGERS_MAX)
    throw tooMany(`${STRANGERS_MAX} sockets of this address have not signed in yet`);
}

function tooMany(detail: string): ChatError {
  return new ChatError('rate_limited', detail, { retryAfterMs: RETRY_AFTER_MS });
}
