/** The server's wall clock, as far as its answers tell: a person's machine may be wrong by hours. */

/** The resolution of the header `Date`. */
const RESOLUTION_MS = 1_000;

/** Corrects the machine's wall clock by the least amount that agrees with the last answer. */
export class ServerTime {
  readonly #machineMs: () => number;
  #aheadMs = 0;

  /** `machineMs` returns the milliseconds since 1970 by the machine's clock. */
  constructor(machineMs: () => number = () => Date.now()) {
    this.#machineMs = machineMs;
  }

  /** Returns the milliseconds since 1970 by the server's clock. */
  now(): number {
    return this.#machineMs() + this.#aheadMs;
  }

  /** Prepares to time an answer. Returns a function that takes its header `Date`; null or another text is ignored. */
  beginRequest(): (date: string | null) => void {
    const sentMs = this.#machineMs();
    return (date) => {
      const atMs = Date.parse(date ?? '');
      if (!Number.isNaN(atMs))
        this.#aheadMs = Math.max(0, atMs - this.#machineMs()) + Math.min(0, atMs + RESOLUTION_MS - sentMs);
    };
  }
}
