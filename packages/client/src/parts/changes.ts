/** Tells a user interface what changed, once per frame rather than once per event. */
import { createListeners } from '../listeners.ts';
import type { ClientChange } from '../types/client.ts';

export type Changes = {
  /** Tells all listeners, at once or at the end of the running `hold`. */
  mark(change: ClientChange): void;
  /** Runs `work` and tells each different change made in it once, at its end. */
  hold(work: () => void): void;
  /** Adds a listener; the answer takes it away. */
  listen(listener: (change: ClientChange) => void): () => void;
};

/** The listeners of one client, and what they have not been told yet. */
export function createChanges(): Changes {
  const { add, tell } = createListeners<ClientChange>();
  let held: Map<string, ClientChange> | null = null;

  return {
    mark(change) {
      if (held) held.set(keyOf(change), change);
      else tell(change);
    },
    hold(work) {
      held = new Map();
      try {
        work();
      } finally {
        const changes = [...held.values()];
        held = null;
        for (const change of changes) tell(change);
      }
    },
    listen: add,
  };
}

function keyOf(change: ClientChange): string {
  if (change.kind === 'removed') return `${change.kind} ${change.room.id}`;
  return 'roomId' in change ? `${change.kind} ${change.roomId}` : change.kind;
}
