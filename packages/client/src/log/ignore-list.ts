/** Whom one ignores, and what a log looks like without them. */
import type { IgnoreEvent, Room } from '@banter/protocol';
import type { LogEntry, Timeline, TimelinePatch } from '../types/log.ts';

export type Ignoring = {
  has(userId: number): boolean;
  /** The ids of those who are ignored. */
  readonly ids: readonly number[];
  /** Takes over what `welcome` says. */
  set(ids: readonly number[]): void;
  apply(event: IgnoreEvent): void;
  /** Whether a room holds nobody but oneself and those who are ignored: somebody who is not to be heard has opened it. */
  isHidden(room: Pick<Room, 'kind' | 'people'>): boolean;
  /** The same log without what they said; the same object for the same log. */
  view(timeline: Timeline): Timeline;
};

export type IgnoringOptions = { ownUserId(): number | undefined; onChange(): void };

/** Nobody is ignored yet. */
export function createIgnoring({ ownUserId, onChange }: IgnoringOptions): Ignoring {
  let ignored: ReadonlySet<number> = new Set();
  const views = new WeakMap<Timeline, Timeline>();
  const redraws = new Set<() => void>();

  function change(next: ReadonlySet<number>): void {
    if (next.size === ignored.size && [...next].every((id) => ignored.has(id))) return;
    ignored = next;
    for (const redraw of redraws) redraw();
    onChange();
  }

  /** An entry as it is shown; null for one that is not. What is quoted of them is left out as well. */
  function shown(entry: LogEntry): LogEntry | null {
    if (entry.kind !== 'message') return entry;
    const { quote, ...message } = entry.message;
    if (ignored.has(message.userId)) return null;
    return quote && ignored.has(quote.userId) ? { ...entry, message } : entry;
  }

  const shownOf = (entries: readonly LogEntry[]) => entries.map(shown).filter((entry) => entry !== null);

  /** A patch to what is shown; null where nothing of it shows. */
  function shownPatch(patch: TimelinePatch): TimelinePatch | null {
    if (patch.type === 'append' || patch.type === 'prepend') {
      const entries = shownOf(patch.entries);
      return entries.length > 0 ? { ...patch, entries } : null;
    }
    if (patch.type !== 'replace') return patch;
    const entry = shown(patch.entry);
    return entry && { ...patch, entry };
  }

  function viewOf(timeline: Timeline): Timeline {
    return {
      roomId: timeline.roomId,
      get entries() {
        return ignored.size === 0 ? timeline.entries : shownOf(timeline.entries);
      },
      get hasOlder() {
        return timeline.hasOlder;
      },
      get isLoading() {
        return timeline.isLoading;
      },
      load: timeline.load,
      loadOlder: timeline.loadOlder,
      loadAround: timeline.loadAround,
      fillHole: timeline.fillHole,
      onPatch(listener) {
        const redraw = () => listener({ type: 'all' });
        redraws.add(redraw);
        const stop = timeline.onPatch((patch) => {
          const visible = shownPatch(patch);
          if (visible) listener(visible);
        });
        return () => {
          redraws.delete(redraw);
          stop();
        };
      },
    };
  }

  return {
    has: (userId) => ignored.has(userId),
    get ids() {
      return [...ignored];
    },
    set: (ids) => change(new Set(ids)),
    apply({ userId, on }) {
      const next = new Set(ignored);
      if (on) next.add(userId);
      else next.delete(userId);
      change(next);
    },
    isHidden({ kind, people = [] }) {
      const others = people.filter(({ userId }) => userId !== ownUserId());
      return kind === 'direct' && others.length > 0 && others.every(({ userId }) => ignored.has(userId));
    },
    view(timeline) {
      const known = views.get(timeline) ?? viewOf(timeline);
      views.set(timeline, known);
      return known;
    },
  };
}
