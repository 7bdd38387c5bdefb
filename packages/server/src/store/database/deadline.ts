/** One signal for both reasons to stop: the caller went away, or the time is over. */

/** The time was over before the server answered. */
export class DeadlineError extends Error {
  constructor(timeoutMs: number) {
    super(`PostgreSQL did not answer within ${timeoutMs} ms`);
    this.name = 'DeadlineError';
  }
}

/** `clear` must be called when the work is over, or the timer stays. */
export type Deadline = { signal: AbortSignal; clear(): void };

/** A signal that aborts after `timeoutMs` with a DeadlineError, or with the first of `outer` that does, and its reason. */
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
