/** Finds the place of the line `7 new since 09:30` by counting back from the end. It never moves while the reader reads. */
import type { LogEntry } from '@banter/client';
import { clockTime, longCount } from '../text/format.ts';

/** The unread line of one room. */
export type UnreadLine = {
  /** Starts with a room's newest entries and its unread count. */
  open(entries: readonly LogEntry[], unread: number): void;
  /** Continues to count in `entries`, which were loaded before the others. */
  prepended(entries: readonly LogEntry[], all: readonly LogEntry[]): void;
  /** Counts a new message, unless the reader watches the page. The first one counted sets the line. */
  arrived(entry: LogEntry, all: readonly LogEntry[], isWatched: boolean): void;
  /** Removes the line. */
  clear(): void;
  /** The entry after the line, and the line's text. Null without a line, or when that entry is not loaded. */
  readonly current: { key: string; text: string } | null;
  /** Whether the first unread message is not loaded yet. */
  readonly isBeyond: boolean;
};

/** Creates the line of a room without unread messages. `self` is the reader's username: own messages are never unread. */
export function createUnreadLine(self: string): UnreadLine {
  let count = 0;
  let missing = 0;
  let line: { key: string; since: string | null } | null = null;

  const isOthers = (entry: LogEntry) => entry.kind === 'message' && entry.message.username !== self;
  const countBack = (entries: readonly LogEntry[], all: readonly LogEntry[]) => {
    for (let index = entries.length - 1; index >= 0 && missing > 0; index--) {
      const entry = entries[index];
      if (entry === undefined || !isOthers(entry)) continue;
      missing--;
      if (missing === 0) line = { key: entry.key, since: timeBefore(all, entry.key) };
    }
  };

  return {
    open(entries, unread) {
      count = unread;
      missing = unread;
      line = null;
      countBack(entries, entries);
    },
    prepended: countBack,
    arrived(entry, all, isWatched) {
      if (isWatched || !isOthers(entry)) return;
      count++;
      if (line === null && missing === 0) line = { key: entry.key, since: timeBefore(all, entry.key) };
    },
    clear() {
      count = 0;
      missing = 0;
      line = null;
    },
    get current() {
      if (line === null) return null;
      const since = line.since === null ? '' : ` since ${clockTime(line.since)}`;
      return { key: line.key, text: `${longCount(count)} new${since}` };
    },
    get isBeyond() {
      return missing > 0;
    },
  };
}

/** The time of the last message before `key`. Everything up to there was read. */
function timeBefore(all: readonly LogEntry[], key: string): string | null {
  let before: string | null = null;
  for (const entry of all) {
    if (entry.key === key) return before;
    if (entry.kind === 'message') before = entry.message.at;
  }
  return null;
}
