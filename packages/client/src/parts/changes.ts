/** Notifies a user interface of changes, once per frame instead of once per event. */
import { Listeners } from '../listeners.ts';
import type { ClientChange } from '../types/client.ts';

/** The listeners of one client, and the changes of a running batch. */
export class Changes {
  readonly #listeners = new Listeners<ClientChange>();
  #batch: Map<string, ClientChange> | null = null;

  /** Adds a listener and returns a function that removes it. */
  listen(listener: (change: ClientChange) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Notifies all listeners, at once or at the end of the running batch. */
  notify(change: ClientChange): void {
    if (this.#batch) this.#batch.set(keyOf(change), change);
    else this.#listeners.emit(change);
  }

  /** Runs `work`, then notifies of each different change made in it once, even if it throws. */
  batch(work: () => void): void {
    const changes = new Map<string, ClientChange>();
    this.#batch = changes;
    try {
      work();
    } finally {
      this.#batch = null;
      for (const change of changes.values()) this.#listeners.emit(change);
    }
  }
}

function keyOf(change: ClientChange): string {
  if (change.kind === 'removed') return `${change.kind} ${change.room.id}`;
  return 'roomId' in change ? `${change.kind} ${change.roomId}` : change.kind;
}
