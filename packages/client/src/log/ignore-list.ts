/** The people whom the caller ignores, and the timelines without them. */
import type { IgnoreEvent, Room } from '@banter/protocol';
import { Listeners } from '../listeners.ts';
import type { Timeline } from '../types/log.ts';
import { FilteredTimeline, type IgnoredPeople } from './filtered-timeline.ts';

/** The means and listener of an IgnoreList. */
export type IgnoreListOptions = {
  /** Returns the id of the person signed in. */
  ownUserId(): number | undefined;
  /** Called when the list has changed, after all timelines were redrawn. */
  onChange(): void;
};

/** The ids of ignored people, at first none. */
export class IgnoreList implements IgnoredPeople {
  readonly #options: IgnoreListOptions;
  readonly #redraws = new Listeners<void>();
  readonly #timelines = new WeakMap<Timeline, Timeline>();
  #ids: ReadonlySet<number> = new Set();

  constructor(options: IgnoreListOptions) {
    this.#options = options;
  }

  /** The ids of ignored people. */
  get ids(): readonly number[] {
    return [...this.#ids];
  }

  /** Whether nobody is ignored. */
  get isEmpty(): boolean {
    return this.#ids.size === 0;
  }

  /** Whether a person is ignored. */
  has(userId: number): boolean {
    return this.#ids.has(userId);
  }

  /** Replaces the list, as `welcome` reports it. */
  set(ids: readonly number[]): void {
    this.#change(new Set(ids));
  }

  /** Applies a change that the caller made here or on another device. */
  apply({ userId, on }: IgnoreEvent): void {
    const next = new Set(this.#ids);
    if (on) next.add(userId);
    else next.delete(userId);
    this.#change(next);
  }

  /** Adds a listener for changes and returns a function that removes it. */
  onRedraw(redraw: () => void): () => void {
    return this.#redraws.add(redraw);
  }

  /** Whether a room is a direct room in which everyone but the caller is ignored. */
  isHidden({ kind, people = [] }: Pick<Room, 'kind' | 'people'>): boolean {
    const ownUserId = this.#options.ownUserId();
    const others = people.filter(({ userId }) => userId !== ownUserId);
    return kind === 'direct' && others.length > 0 && others.every(({ userId }) => this.has(userId));
  }

  /** Returns a timeline without ignored people; the same object each time. */
  filter(timeline: Timeline): Timeline {
    let filtered = this.#timelines.get(timeline);
    if (!filtered) {
      filtered = new FilteredTimeline(timeline, this);
      this.#timelines.set(timeline, filtered);
    }
    return filtered;
  }

  #change(next: ReadonlySet<number>): void {
    if (next.size === this.#ids.size && [...next].every((id) => this.#ids.has(id))) return;
    this.#ids = next;
    this.#redraws.emit();
    this.#options.onChange();
  }
}
