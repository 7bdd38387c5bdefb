/** A timeline without what ignored people say. */
import type { LogEntry, Timeline, TimelinePatch } from '../types/log.ts';

/** The people whom a FilteredTimeline leaves out. */
export type IgnoredPeople = {
  /** Whether nobody is ignored. */
  readonly isEmpty: boolean;
  /** Whether a person is ignored. */
  has(userId: number): boolean;
  /** Calls `redraw` after each change of them, until the returned function is called. */
  onRedraw(redraw: () => void): () => void;
};

/** Shows another timeline without messages by ignored people, and without quotes of them. */
export class FilteredTimeline implements Timeline {
  readonly #source: Timeline;
  readonly #ignored: IgnoredPeople;

  constructor(source: Timeline, ignored: IgnoredPeople) {
    this.#source = source;
    this.#ignored = ignored;
  }

  get roomId(): number {
    return this.#source.roomId;
  }

  get entries(): readonly LogEntry[] {
    return this.#ignored.isEmpty ? this.#source.entries : this.#visibleOf(this.#source.entries);
  }

  get hasOlder(): boolean {
    return this.#source.hasOlder;
  }

  get isLoading(): boolean {
    return this.#source.isLoading;
  }

  load(): Promise<void> {
    return this.#source.load();
  }

  loadOlder(): Promise<void> {
    return this.#source.loadOlder();
  }

  loadAround(seq: number): Promise<void> {
    return this.#source.loadAround(seq);
  }

  fillHole(): Promise<void> {
    return this.#source.fillHole();
  }

  /** Passes on the patches of what is visible, and `all` when the ignored people change. */
  onPatch(listener: (patch: TimelinePatch) => void): () => void {
    const stopRedraws = this.#ignored.onRedraw(() => listener({ type: 'all' }));
    const stopPatches = this.#source.onPatch((patch) => {
      const visible = this.#visiblePatch(patch);
      if (visible) listener(visible);
    });
    return () => {
      stopRedraws();
      stopPatches();
    };
  }

  /** Returns the visible part of a patch; null when nothing of it is visible. */
  #visiblePatch(patch: TimelinePatch): TimelinePatch | null {
    if (patch.type === 'append' || patch.type === 'prepend') {
      const entries = this.#visibleOf(patch.entries);
      return entries.length > 0 ? { ...patch, entries } : null;
    }
    if (patch.type !== 'replace') return patch;
    const entry = this.#visible(patch.entry);
    return entry && { ...patch, entry };
  }

  #visibleOf(entries: readonly LogEntry[]): LogEntry[] {
    return entries.map((entry) => this.#visible(entry)).filter((entry) => entry !== null);
  }

  /** Returns an entry as it is shown; null for a message by an ignored person. */
  #visible(entry: LogEntry): LogEntry | null {
    if (entry.kind !== 'message') return entry;
    const { quote, ...message } = entry.message;
    if (this.#ignored.has(message.userId)) return null;
    return quote && this.#ignored.has(quote.userId) ? { ...entry, message } : entry;
  }
}
