/** Work in the background: in periods, from the start of the chat to its stop. */
import type { Clock } from '../clock.ts';

/** A part that works in the background. */
export type Background = {
  /** Begins the work. A part that keeps a copy of the store reads it first. */
  start(): void | Promise<void>;
  /** Ends the work. A part that owes the store something writes it first. */
  stop(): void | Promise<void>;
};

/**
 * Runs `work` every `periodMs`, never twice at once: while a run is under way, its next period is skipped.
 * @param onProblem called with the error of a failed run; the next period tries again.
 * @returns a function that stops it; the error of a run that fails later is dropped.
 */
export function periodically(
  clock: Pick<Clock, 'every'>,
  periodMs: number,
  work: () => Promise<void>,
  onProblem: (error: unknown) => void,
): () => void {
  let isWorking = false;
  let hasStopped = false;
  const stop = clock.every(periodMs, () => {
    if (isWorking) return;
    isWorking = true;
    work()
      .catch((error: unknown) => {
        if (!hasStopped) onProblem(error);
      })
      .finally(() => {
        isWorking = false;
      });
  });
  return () => {
    hasStopped = true;
    stop();
  };
}
