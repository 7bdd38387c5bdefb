/** Work that is done again and again. */
import type { Clock } from '../clock.ts';

/**
 * Does `work` every `periodMs`, but never twice at once: while one is under way, its period is left out. What goes wrong is
 * told, and the next period tries again. The returned function ends it; what fails after that is told to nobody.
 */
export function periodically(
  clock: Pick<Clock, 'every'>,
  periodMs: number,
  work: () => Promise<void>,
  onProblem: (error: unknown) => void,
): () => void {
  let isWorking = false;
  let hasEnded = false;
  const stop = clock.every(periodMs, () => {
    if (isWorking) return;
    isWorking = true;
    work()
      .catch((error: unknown) => {
        if (!hasEnded) onProblem(error);
      })
      .finally(() => {
        isWorking = false;
      });
  });
  return () => {
    hasEnded = true;
    stop();
  };
}
