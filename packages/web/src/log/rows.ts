/** Builds the rows of the log from timeline entries: day rules, groups, collapsed notices, the unread line. Pure. */
import type { LogEntry, NoticeEntry } from '@banter/client';
import { dayKey, dayName, longCount } from '../text/format.ts';
import { grouped, type MessageContext, pendingRow, storedRow } from './message-row.ts';
import { isSameRun, noticeText } from './notices.ts';
import type { LocalLine, Row } from './row.ts';

/** Everything besides the entries that the rows depend on. */
export type RowContext = MessageContext & {
  /** The entry before the first one, which decides whether that one begins a day. Undefined at the room's beginning. */
  before: LogEntry | undefined;
  /** Whether older messages can be loaded. Then the oldest loaded day gets no rule. */
  hasOlder: boolean;
  /** The unread line, shown before the entry with that key; null for none. */
  unread: { key: string; text: string } | null;
  localLines: readonly LocalLine[];
  /** Whether joins and leaves are left out. */
  hidesJoins: boolean;
};

/** The rows for `entries`. Each row keeps its key from one call to the next. */
export function buildRows(entries: readonly LogEntry[], context: RowContext): Row[] {
  const rows: Row[] = [];
  const unanchored = unanchoredLines(entries, context);
  let day = context.before === undefined ? undefined : dayOf(context.before);
  if (day === undefined && context.hasOlder && entries[0] !== undefined) day = dayOf(entries[0]);

  const beginDay = (at: string) => {
    if (at === '' || (day !== undefined && dayKey(at) <= day)) return;
    day = dayKey(at);
    rows.push({ kind: 'day', key: `day:${day}`, text: dayName(at) });
  };
  const addLine = (line: LocalLine | undefined) => {
    if (line === undefined) return;
    beginDay(line.at);
    rows.push({ kind: line.isWrong ? 'wrong' : 'local', key: line.key, text: line.text, at: line.at });
  };
  const addLinesAfter = (key: string | undefined) => {
    for (const line of context.localLines) if (line.afterKey === key) addLine(line);
  };

  for (let index = 0; index < entries.length; ) {
    const entry = entries[index];
    if (entry === undefined) break;
    if (context.hidesJoins && isComingOrGoing(entry)) {
      index++;
      addLinesAfter(entry.key);
      continue;
    }
    while (unanchored[0] !== undefined && unanchored[0].at < timeOf(entry)) addLine(unanchored.shift());
    beginDay(timeOf(entry));
    if (context.unread?.key === entry.key)
      rows.push({ kind: 'unread', key: 'unread', text: context.unread.text });
    const end = entry.kind === 'notice' ? endOfRun(entries, index, context) : index + 1;
    rows.push(rowOf(entries, index, end, rows.at(-1), context));
    index = end;
    addLinesAfter(entries[end - 1]?.key);
  }
  unanchored.forEach(addLine);
  return rows;
}

/** The row for the entries from `index` up to `end`, exclusive. Only notices share a row. */
function rowOf(
  entries: readonly LogEntry[],
  index: number,
  end: number,
  above: Row | undefined,
  context: RowContext,
): Row {
  const entry = entries[index] as LogEntry;
  switch (entry.kind) {
    case 'message':
      return grouped(storedRow(entry, context), above);
    case 'pending':
      return grouped(pendingRow(entry, context), above);
    case 'notice': {
      const run = entries.slice(index, end).flatMap((each) => (each.kind === 'notice' ? [each.event] : []));
      return { kind: 'notice', key: entry.key, text: noticeText(run, wasAdded(entries, index, context)) };
    }
    case 'hole': {
      const missing = longCount(Math.max(1, entry.before - entry.after - 1));
      return { kind: 'hole', key: entry.key, text: `— up to ${missing} messages not loaded —` };
    }
  }
}

/** The end (exclusive) of the run of like notices at `from`. The unread line and a new day interrupt it. */
function endOfRun(entries: readonly LogEntry[], from: number, context: RowContext): number {
  const first = entries[from] as NoticeEntry;
  let end = from + 1;
  for (let next = entries[end]; next?.kind === 'notice'; next = entries[end]) {
    const isBroken = context.unread?.key === next.key || dayOf(next) !== dayOf(first);
    if (isBroken || !isSameRun(first.event, next.event)) break;
    end++;
  }
  return end;
}

/**
 * Whether the `role` notice at `index` certainly added a person. The event is the same when it lowers the role of somebody
 * who was in the room already, so only the earlier entries can tell the two apart.
 */
function wasAdded(entries: readonly LogEntry[], index: number, { before, hasOlder }: RowContext): boolean {
  const notice = entries[index];
  if (notice?.kind !== 'notice' || notice.event.type !== 'role') return false;
  const { target } = notice.event;
  for (const entry of entries.slice(0, index).reverse()) {
    if (entry.kind === 'hole') return false;
    if (isAbout(entry, target)) return entry.kind === 'notice' && REMOVALS.has(entry.event.type);
  }
  // From the room's beginning on, nothing is about the person: they have never been here.
  return before === undefined && !hasOlder;
}

/** The events after which their person is not in the room. */
const REMOVALS: ReadonlySet<NoticeEntry['event']['type']> = new Set(['leave', 'kick', 'ban', 'unban']);

/** Whether an entry tells if a person is in the room. A mute does not: people outside can be muted too. */
function isAbout(entry: LogEntry, userId: number): boolean {
  if (entry.kind === 'message') return entry.message.userId === userId;
  if (entry.kind !== 'notice' || entry.event.type === 'mute') return false;
  return 'targetUsername' in entry.event ? entry.event.target === userId : entry.event.userId === userId;
}

/** Whether an entry only says that somebody joined or left. */
function isComingOrGoing(entry: LogEntry): boolean {
  return entry.kind === 'notice' && (entry.event.type === 'join' || entry.event.type === 'leave');
}

/** The local lines that follow no entry, without those from before the window. */
function unanchoredLines(entries: readonly LogEntry[], { before, localLines }: RowContext): LocalLine[] {
  const [first] = entries;
  const from = before === undefined || first === undefined ? '' : timeOf(first);
  return localLines.filter((line) => line.afterKey === null && line.at >= from);
}

/** The ISO time of an entry; empty for a hole. */
function timeOf(entry: LogEntry): string {
  switch (entry.kind) {
    case 'message':
      return entry.message.at;
    case 'notice':
      return entry.event.at;
    case 'pending':
      return entry.at;
    case 'hole':
      return '';
  }
}

function dayOf(entry: LogEntry): string | undefined {
  const at = timeOf(entry);
  return at === '' ? undefined : dayKey(at);
}
