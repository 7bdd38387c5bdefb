/** Where the line `7 new since 09:30` stands. It is found by counting back, and never moves under the reader. */
import type { LogEntry } from '@banter/client';
import { clockTime, longCount } from '../text/format.ts';

export type UnreadLine = {
  /** Begins with a room's unread count, as its newest entries stand now. */
  open(entries: readonly LogEntry[], unread: number): void;
  /** Older entries came in front: goes on counting when the first unread one was not loaded. */
  prepended(entries: readonly LogEntry[], all: readonly LogEntry[]): void;
  /** A message came. While the reader looks it is read; while away it counts, and the first one sets the line. */
  arrived(entry: LogEntry, all: readonly LogEntry[], isWatched: boolean): void;
  clear(): void;
  /** The entry that the line stands in front of, and its words; null when there is none or it is not loaded. */
  readonly current: { key: string; text: string } | null;
  /** Whether the first unread message lies before the loaded ones. */
  readonly isBeyond: boolean;
};

/** `self` is the reader's username: own messages are never unread. */
export function createUnreadLine(self: string): UnreadLine {
  let count = 0;
  let missing = 0;
  let place: { key: string; since: string | null } | null = null;

  const isOthers = (entry: LogEntry) => entry.kind === 'message' && entry.message.username !== self;
  const countBack = (entries: readonly LogEntry[], all: readonly LogEntry[]) => {
    for (let index = entries.length - 1; index >= 0 && missing > 0; index--) {
      const entry = entries[index];
      if (entry === undefined || !isOthers(entry)) continue;
      missing--;
      if (missing === 0) place = { key: entry.key, since: timeBefore(all, entry.key) };
    }
  };

  return {
    open(entries, unread) {
      count = unread;
      missing = unread;
      place = null;
      countBack(entries, entries);
    },
    prepended: countBack,
    arrived(entry, all, isWatched) {
      if (isWatched || !isOthers(entry)) return;
      count++;
      if (place === null && missing === 0) place = { key: entry.key, since: timeBefore(all, entry.key) };
    },
    clear() {
      count = 0;
      missing = 0;
      place = null;
    },
    get current() {
      if (place === null) return null;
      const since = place.since === null ? '' : ` since ${clockTime(place.since)}`;
      return { key: place.key, text: `${longCount(count)} new${since}` };
    },
    get isBeyond() {
      return missing > 0;
    },
  };
}

/** When the last message before `key` was written: until then everything was read. */
function timeBefore(all: readonly LogEntry[], key: string): string | null {
  let before: string | null = null;
  for (const entry of all) {
    if (entry.key === key) return before;
    if (entry.kind === 'message') before = entry.message.at;
  }
  return null;
}
