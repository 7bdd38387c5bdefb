/** Sweeps what sessions leave behind, so that their tables do not grow for ever. */
import type { Clock } from '../../clock.ts';
import type { LeftoverKind, LeftoverStore } from '../../store/leftovers.ts';
import { periodically } from '../periodic.ts';

export type SweepDeps = {
  leftovers: LeftoverStore;
  clock: Clock;
  onProblem: (error: unknown) => void;
};

/** How often is swept. */
export const SWEEP_PERIOD_MS = 60_000;
/** Rows of one statement: few, so that none of them holds anybody up. */
export const SWEEP_BATCH = 200;
/** Statements of one kind in one period; the rest waits for the next. */
export const SWEEP_BATCHES_MAX = 50;
const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * For how long what is over is kept. A used refresh token that comes again ends its session [A4], and is watched for a week;
 * later it is refused like any unknown one. Sessions are kept a day, for who asks the database what happened.
 */
export const KEPT_MS: { [K in LeftoverKind]: number } = {
  tickets: 0,
  invitations: 0,
  usedTokens: 7 * DAY_MS,
  expiredSessions: DAY_MS,
  endedSessions: DAY_MS,
};

/** Begins sweeping; the returned function ends it. A store that is away is tried again in the next period. */
export function watchLeftovers({ leftovers, clock, onProblem }: SweepDeps): () => void {
  let hasEnded = false;

  async function sweepKind(kind: LeftoverKind): Promise<void> {
    const before = new Date(clock.wall() - KEPT_MS[kind]);
    for (let batch = 0; batch < SWEEP_BATCHES_MAX && !hasEnded; batch++) {
      if ((await leftovers.delete(kind, before, SWEEP_BATCH)) < SWEEP_BATCH) return;
    }
  }

  async function sweep(): Promise<void> {
    for (const kind of Object.keys(KEPT_MS) as LeftoverKind[]) await sweepKind(kind);
  }

  const stop = periodically(clock, SWEEP_PERIOD_MS, sweep, onProblem);
  return () => {
    hasEnded = true;
    stop();
  };
}
