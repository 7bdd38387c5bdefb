/** One signal for both reasons to stop: the caller went away, or the time is up. */

/** The server did not answer in time. */
export class DeadlineError extends Error {
  /** @param timeoutMs how long the caller waited. */
  constructor(timeoutMs: number) {
    super(`PostgreSQL did not answer within ${timeoutMs} ms`);
    this.name = 'DeadlineError';
  }
}

/** A signal that aborts at a deadline. */
export type Deadline = {
  signal: AbortSignal;
  /** Stops the timer. Call it when the work is done, or the timer keeps running. */
  clear(): void;
};

/** Creates a signal that aborts after `timeoutMs` with a DeadlineError, or with the first `outer` signal and its reason. */
export function createDeadline(timeoutMs: number, ...outer: (AbortSignal | undefined)[]): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DeadlineError(timeoutMs)), timeoutMs);
  const releases = outer.map((signal) => follow(signal, controller));
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      for (const release of releases) release();
    },
  };
}

function follow(signal: AbortSignal | undefined, controller: AbortController): () => void {
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  return () => signal?.removeEventListener('abort', abort);
}
