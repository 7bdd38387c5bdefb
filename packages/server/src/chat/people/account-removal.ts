/** Works off what deleted accounts leave: memberships, and messages that are to go. The store keeps what is left to do. */
import type { Clock } from '../../clock.ts';
import type { Hub } from '../../hub/hub.ts';
import type { AccountRemovalStore } from '../../store/account-removals.ts';

export type AccountRemoval = {
  /** Looks at once: an account was deleted. */
  wake(): void;
  stop(): void;
};

export type AccountRemovalDeps = {
  removals: Pick<AccountRemovalStore, 'step'>;
  hub: Pick<Hub, 'refresh'>;
  clock: Clock;
  onProblem: (error: unknown) => void;
};

/** How often is looked for what a crash, another node or a second pass has left. */
export const REMOVAL_PERIOD_MS = 5_000;
/** Between two steps, so that those who follow a room are not flooded with its deletions: some 500 a second. */
export const REMOVAL_PAUSE_MS = 100;

/** Begins looking. A store that is away is asked again at the next look. */
export function watchRemovals({ removals, hub, clock, onProblem }: AccountRemovalDeps): AccountRemoval {
  let isWorking = false;
  /** Whether there is something new since it was last asked what is due. */
  let hasNews = false;
  let hasEnded = false;

  async function workOff(): Promise<void> {
    while (!hasEnded) {
      hasNews = false;
      const step = await removals.step(new Date(clock.wall()));
      if (!step && !hasNews) return;
      if (!step || step.roomId === null) continue;
      hub.refresh(step.roomId);
      await new Promise<void>((resolve) => clock.after(REMOVAL_PAUSE_MS, resolve));
    }
  }

  function look(): void {
    hasNews = true;
    if (isWorking) return;
    isWorking = true;
    workOff()
      .catch((error: unknown) => {
        if (!hasEnded) onProblem(error);
      })
      .finally(() => {
        isWorking = false;
      });
  }

  const stopLooking = clock.every(REMOVAL_PERIOD_MS, look);
  return {
    wake: look,
    stop() {
      hasEnded = true;
      stopLooking();
    },
  };
}
