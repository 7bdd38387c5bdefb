/** Work in the background: in periods, from the start of the chat to its stop. */
import type { Clock } from '../clock.ts';

/** Called with the error of failed work in the background; the work is tried again. */
export type OnProblem = (error: unknown) => void;

/** A part that works in the background. */
export type Background = {
  /** Begins the work. A part that keeps a copy of the store reads it first. */
  start(): void | Promise<void>;
  /** Ends the work. A part that owes the store something writes it first. */
  stop(): void | Promise<void>;
};

/**
 * Runs `work` every `periodMs`, never twice at once: while a run is under way, its next period is skipped.
 * @returns a function that stops it; the error of a run that fails later is dropped.
 */
export function periodically(
  clock: Pick<Clock, 'every'>,
  periodMs: number,
  work: () => Promise<void>,
  onProblem: OnProblem,
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
