/** The people that the server found by the beginnings of their names, beyond those of the open room. */
import type { Client } from '@banter/client';
import { searchForm, type User } from '@banter/protocol';
import { type ReadonlySignal, signal } from '@preact/signals';

/** A beginning is asked for when nobody has typed for this long. */
export const LOOK_UP_AFTER_MS = 150;
/** Beginnings whose answer is remembered. */
export const ASKED_MAX = 100;
/** People that are remembered. */
export const FOUND_MAX = 500;

/** The parts that a Directory works with. */
export type DirectoryDeps = {
  find: Client['api']['findUsers'];
  /** Runs `task` after `delayMs`. Returns a function that cancels it. */
  delay(task: () => void, delayMs: number): () => void;
};

/** Looks people up, and remembers them as long as somebody is signed in. */
export class Directory {
  readonly #deps: DirectoryDeps;
  readonly #found = signal<readonly User[]>([]);
  readonly #asked = new Map<string, Promise<void>>();
  #cancel = () => {};

  constructor(deps: DirectoryDeps) {
    this.#deps = deps;
  }

  /** Everybody found so far, the latest first. */
  get found(): ReadonlySignal<readonly User[]> {
    return this.#found;
  }

  /** Asks for the people whose names begin with `begin`, soon and once. Call it with each letter. */
  lookUpSoon(begin: string): void {
    this.#cancel();
    this.#cancel = this.#deps.delay(() => void this.lookUp(begin), LOOK_UP_AFTER_MS);
  }

  /** Asks now, unless it was asked before. Resolves when `found` has the answer, or the server could not be asked. */
  lookUp(begin: string): Promise<void> {
    this.#cancel();
    const form = searchForm(begin).replace(/^[\s@]+|\s+$/g, '');
    if (form === '') return Promise.resolve();
    const before = this.#asked.get(form);
    if (before !== undefined) return before;
    const asking = this.#ask(form);
    this.#asked.set(form, asking);
    for (const oldest of this.#asked.keys()) if (this.#asked.size > ASKED_MAX) this.#asked.delete(oldest);
    return asking;
  }

  async #ask(form: string): Promise<void> {
    try {
      const { users } = await this.#deps.find(form);
      const ids = new Set(users.map(({ id }) => id));
      const others = this.#found.peek().filter(({ id }) => !ids.has(id));
      this.#found.value = [...users, ...others].slice(0, FOUND_MAX);
    } catch {
      // Names complete from the room alone until the server can be asked again.
      this.#asked.delete(form);
    }
  }
}
