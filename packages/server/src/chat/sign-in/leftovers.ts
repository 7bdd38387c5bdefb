/** Deletes what has ended or expired, so that no table grows for ever. */
import { REQUEST_MAX_DAYS } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import type { LeftoverKind, LeftoverStore } from '../../store/upkeep/leftovers.ts';
import { type Background, type OnProblem, periodically } from '../periodic.ts';

/** How many days the operator keeps expired bans and mutes, and closed reports. At least 1, so no wait of slow mode ends early. */
export type Retention = { bansDays: number; reportsDays: number };

/** The parts that LeftoverSweep works with. */
export type LeftoverSweepDeps = {
  leftovers: LeftoverStore;
  retention: Retention;
  clock: Pick<Clock, 'every' | 'wall'>;
  onProblem: OnProblem;
};

/** How often leftovers are deleted. */
export const SWEEP_PERIOD_MS = 60_000;
/** How many rows one statement deletes: few, so that others barely wait for its locks. */
export const SWEEP_BATCH = 200;
/** How many statements of one kind run in a period; the rest waits for the next. */
export const SWEEP_BATCHES_MAX = 50;
const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * Returns how long leftovers are kept, in milliseconds. A spent refresh token that comes again within a week ends its session [A4]; later it is
 * rejected like an unknown one. Sessions are kept for a day, so that an operator can look into the database.
 */
export function keptMs({ bansDays, reportsDays }: Retention): { [K in LeftoverKind]: number } {
  return {
    tickets: 0,
    invitations: 0,
    usedTokens: 7 * DAY_MS,
    expiredSessions: DAY_MS,
    endedSessions: DAY_MS,
    bans: bansDays * DAY_MS,
    addressBans: bansDays * DAY_MS,
    restraints: bansDays * DAY_MS,
    closedReports: reportsDays * DAY_MS,
    requests: REQUEST_MAX_DAYS * DAY_MS,
  };
}

/** Deletes leftovers in periods. */
export class LeftoverSweep implements Background {
  readonly #deps: LeftoverSweepDeps;
  #hasStopped = false;
  #stop = () => {};

  constructor(deps: LeftoverSweepDeps) {
    this.#deps = deps;
  }

  /** Begins. A store that is away is tried again in the next period. */
  start(): void {
    const { clock, onProblem } = this.#deps;
    this.#stop = periodically(clock, SWEEP_PERIOD_MS, () => this.#sweep(), onProblem);
  }

  /** Ends, after the statement under way. */
  stop(): void {
    this.#hasStopped = true;
    this.#stop();
  }

  async #sweep(): Promise<void> {
    const kept = Object.entries(keptMs(this.#deps.retention)) as [LeftoverKind, number][];
    for (const [kind, ageMs] of kept) await this.#sweepKind(kind, ageMs);
  }

  async #sweepKind(kind: LeftoverKind, ageMs: number): Promise<void> {
    const { leftovers, clock } = this.#deps;
    const before = new Date(clock.wall() - ageMs);
    for (let batch = 0; batch < SWEEP_BATCHES_MAX && !this.#hasStopped; batch++) {
      if ((await leftovers.delete(kind, before, SWEEP_BATCH)) < SWEEP_BATCH) return;
    }
  }
}
