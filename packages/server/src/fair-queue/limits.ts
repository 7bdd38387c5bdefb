/** The callers of a fair queue, and its limits. */

/** The payer of work: a caller, and the network that they come from. */
export type Spender = {
  /** The caller's network: an IPv4 address, or the first 64 bits of an IPv6 address. */
  readonly network: string;
  /**
   * A signed-in person's id, which counts over all their networks. Any other text names a line of this network alone.
   * Null is the line of everybody on this network who has not signed in.
   */
  readonly person: number | string | null;
};

/** How much may run and wait: in all, of one network, and of one person. */
export type FairQueueLimits = {
  running: number;
  runningOfNetwork: number;
  runningOfPerson: number;
  waiting: number;
  waitingOfNetwork: number;
  waitingOfPerson: number;
};

/** Returns the same number of places without caps on a network or a person. */
export function withoutCaps({ running, waiting }: FairQueueLimits): FairQueueLimits {
  const caps = { runningOfNetwork: running, runningOfPerson: running };
  return { running, waiting, ...caps, waitingOfNetwork: waiting, waitingOfPerson: waiting };
}

/** The present state of a queue, and how much it has refused since the start. */
export type FairQueueCounts = { running: number; waiting: number; refused: number };
