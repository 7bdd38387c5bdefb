/**
 * Removes the memberships and, if wanted, the messages of deleted accounts, step by step. The store keeps what is left to
 * do, so a crash loses nothing.
 */
import { type Clock, pause } from '../../clock.ts';
import type { Hub } from '../../hub/hub.ts';
import type { AccountRemovalStore } from '../../store/upkeep/account-removals.ts';
import type { Background, OnProblem } from '../periodic.ts';

/** The parts that AccountRemoval works with. */
export type AccountRemovalDeps = {
  removals: Pick<AccountRemovalStore, 'step'>;
  hub: Pick<Hub, 'refresh'>;
  clock: Pick<Clock, 'every' | 'after' | 'wall'>;
  onProblem: OnProblem;
};

/** How often the store is asked for removals that a crash, another server or a second pass left. */
export const REMOVAL_PERIOD_MS = 5_000;
/** The pause between two steps. A room's followers get at most about 500 deletions a second. */
export const REMOVAL_PAUSE_MS = 100;

/** The worker that removes what deleted accounts left. */
export class AccountRemoval implements Background {
  readonly #deps: AccountRemovalDeps;
  #isWorking = false;
  /** Whether `wake` was called since the store was last asked. */
  #isWoken = false;
  #hasStopped = false;
  #stop = () => {};

  constructor(deps: AccountRemovalDeps) {
    this.#deps = deps;
  }

  /** Begins to ask the store in periods. */
  start(): void {
    this.#stop = this.#deps.clock.every(REMOVAL_PERIOD_MS, () => this.wake());
  }

  /** Ends after the step under way. */
  stop(): void {
    this.#hasStopped = true;
    this.#stop();
  }

  /** Asks the store at once: an account was deleted. A failed step is tried again in the next period. */
  wake(): void {
    this.#isWoken = true;
    if (this.#isWorking) return;
    this.#isWorking = true;
    this.#work()
      .catch((error: unknown) => {
        if (!this.#hasStopped) this.#deps.onProblem(error);
      })
      .finally(() => {
        this.#isWorking = false;
      });
  }

  async #work(): Promise<void> {
    const { removals, hub, clock } = this.#deps;
    while (!this.#hasStopped) {
      this.#isWoken = false;
      const step = await removals.step(new Date(clock.wall()));
      if (!step && !this.#isWoken) return;
      if (!step || step.roomId === null) continue;
      hub.refresh(step.roomId);
      await pause(clock, REMOVAL_PAUSE_MS);
    }
  }
}
