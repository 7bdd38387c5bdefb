/**
 * Starts requests in fair turns: a few in each turn of the event loop. A flood that arrives at once would otherwise occupy
 * the loop until all of it is parsed and checked, and everybody else's requests and events would wait behind it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { networkOf } from '../../chat/limits/network.ts';
import { FairQueue } from '../../fair-queue/fair-queue.ts';
import type { FairQueueLimits } from '../../fair-queue/limits.ts';

/** How many requests start in one turn of the event loop [L4]. Nobody is refused here: the store's queue does that. */
export const STARTS_PER_TURN = 8;
const EVERYBODY = Number.POSITIVE_INFINITY;
const LIMITS: FairQueueLimits = {
  running: STARTS_PER_TURN,
  runningOfNetwork: STARTS_PER_TURN,
  runningOfPerson: STARTS_PER_TURN,
  waiting: EVERYBODY,
  waitingOfNetwork: EVERYBODY,
  waitingOfPerson: EVERYBODY,
};

/** Owns the requests that have arrived and not started. */
export class RequestTurns {
  readonly #queue = new FairQueue({ limits: LIMITS, subject: 'requests' });

  /** Calls `run` in this turn of the event loop or a later one; never if the peer has gone by then. */
  start({ headers }: IncomingMessage, response: ServerResponse, address: string, run: () => void): void {
    // Requests with one token share a line. It need not be valid: only the order depends on it.
    const spender = { network: networkOf(address), person: headers.authorization ?? null };
    void this.#queue.enter(spender).then((leave) => {
      setImmediate(leave);
      if (!response.destroyed) run();
    });
  }
}
