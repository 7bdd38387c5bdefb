/** From timeline entries to the rows of the log: day rules, grouping, collapsed notices, the unread line. Pure. */
import type { LogEntry, MessageEntry, NoticeEntry, PendingEntry } from '@banter/client';
import type { Message, Reaction } from '@banter/protocol';
import { quoteText } from '../input/composing.ts';
import { addresseeOf } from '../text/addressee.ts';
import { clockTime, dayKey, dayName, longCount } from '../text/format.ts';
import { isSameRun, noticeText } from './notices.ts';

/** Messages of one author within this time of the first of them stand under one nick. */
export const GROUP_MS = 5 * 60_000;

export type MessageRow = {
  kind: 'message';
  key: string;
  /** The client's id while it is not stored; needed to retry or discard. */
  pendingId: string | null;
  /** 0 while it is not stored. */
  seq: number;
  userId: number;
  username: string;
  isOwn: boolean;
  content: string;
  at: string;
  /** When the first message under the same nick was written. */
  groupAt: string;
  /** The nick is hidden: the row above is by the same author. */
  isContinued: boolean;
  /** The time is hidden: the row above shows the same minute. */
  isSameMinute: boolean;
  /** It names the reader. */
  isMention: boolean;
  addressee: string | null;
  /** `/me`: the words go on from the author's name. */
  isAction: boolean;
  /** Its text was taken away. */
  isDeleted: boolean;
  isEdited: boolean;
  /** The first line of what it answers, with who said it; empty for none. */
  quote: string;
  /** The seq of what it answers; 0 for nothing. */
  replyTo: number;
  reactions: readonly Reaction[];
  status: 'stored' | 'queued' | 'sent' | 'failed';
  /** Why it failed; empty unless it did. */
  reason: string;
};

/** A row that is one line of words. */
export type LineRow = {
  kind: 'day' | 'unread' | 'notice' | 'hole' | 'local' | 'wrong';
  key: string;
  text: string;
};
export type Row = MessageRow | LineRow;

/** One and the same, so that rows without reactions are equal. */
const NO_REACTIONS: readonly Reaction[] = [];

/** A line that only this page shows. */
export type LocalLine = {
  key: string;
  /** The entry that was the last one then; null when none was there: then `at` finds its place. */
  afterKey: string | null;
  /** When it was said, as an ISO time. */
  at: string;
  text: string;
  isWrong: boolean;
};

export type RowContext = {
  /** The reader's username. */
  self: string;
  /** Whether a message calls the reader. */
  isMention(message: Message): boolean;
  /** The entry before the window: says whether the first row begins a day. Undefined at the room's beginning. */
  before: LogEntry | undefined;
  /** Whether history goes on before the entries: then their first day gets no rule. */
  hasOlder: boolean;
  /** The unread line, in front of the entry with that key. */
  unread: { key: string; text: string } | null;
  localLines: readonly LocalLine[];
  /** Whether joins and leaves are left out. */
  hidesJoins: boolean;
  /** Lower-case usernames that can be addressed. */
  known: ReadonlySet<string>;
};

/** The rows for `entries`, each with a key that stays the same from one call to the next. */
export function buildRows(entries: readonly LogEntry[], context: RowContext): Row[] {
  const rows: Row[] = [];
  const homeless = homelessLines(entries, context);
  let day = context.before === undefined ? undefined : dayOf(context.before);
  if (day === undefined && context.hasOlder && entries[0] !== undefined) day = dayOf(entries[0]);

  const beginDay = (at: string) => {
    if (at === '' || (day !== undefined && dayKey(at) <= day)) return;
    day = dayKey(at);
    rows.push({ kind: 'day', key: `day:${day}`, text: dayName(at) });
  };
  const put = (line: LocalLine | undefined) => {
    if (line === undefined) return;
    beginDay(line.at);
    rows.push({ kind: line.isWrong ? 'wrong' : 'local', key: line.key, text: line.text });
  };

  for (let index = 0; index < entries.length; ) {
    const entry = entries[index];
    if (entry === undefined) break;
    if (context.hidesJoins && isComing(entry)) {
      index++;
      for (const line of context.localLines) if (line.afterKey === entry.key) put(line);
      continue;
    }
    while (homeless[0] !== undefined && homeless[0].at < timeOf(entry)) put(homeless.shift());
    beginDay(timeOf(entry));
    if (context.unread?.key === entry.key)
      rows.push({ kind: 'unread', key: 'unread', text: context.unread.text });
    const length = entry.kind === 'notice' ? runLength(entries, index, context) : 1;
    rows.push(rowOf(entries.slice(index, index + length), entry, rows.at(-1), context));
    index += length;
    const last = entries[index - 1]?.key;
    for (const line of context.localLines) if (line.afterKey === last) put(line);
  }
  homeless.forEach(put);
  return rows;
}

/** Whether an entry tells only that somebody came or went. */
function isComing(entry: LogEntry): boolean {
  return entry.kind === 'notice' && (entry.event.type === 'join' || entry.event.type === 'leave');
}

/** Whether two rows would look the same. */
export function isSameRow(first: Row, second: Row): boolean {
  const keys = Object.keys(first) as (keyof Row)[];
  return keys.every((key) => first[key] === second[key]);
}

function rowOf(run: readonly LogEntry[], entry: LogEntry, above: Row | undefined, context: RowContext): Row {
  switch (entry.kind) {
    case 'message':
      return group(storedRow(entry, context), above);
    case 'pending':
      return group(pendingRow(entry, context), above);
    case 'notice': {
      const events = run.flatMap((each) => (each.kind === 'notice' ? [each.event] : []));
      return { kind: 'notice', key: entry.key, text: noticeText(events) };
    }
    case 'hole': {
      const missing = longCount(Math.max(1, entry.before - entry.after - 1));
      return { kind: 'hole', key: entry.key, text: `— up to ${missing} messages not loaded —` };
    }
  }
}

function storedRow({ key, message }: MessageEntry, context: RowContext): MessageRow {
  const isOwn = message.username === context.self;
  return {
    kind: 'message',
    key,
    pendingId: null,
    seq: message.seq,
    userId: message.userId,
    username: message.username,
    isOwn,
    content: message.content ?? '',
    at: message.at,
    groupAt: message.at,
    isContinued: false,
    isSameMinute: false,
    isMention: context.isMention(message),
    addressee: addresseeOf(message.content ?? '', context.known),
    isAction: message.kind === 'me',
    isDeleted: message.deletedAt !== undefined,
    isEdited: message.editedAt !== undefined,
    quote: message.quote ? quoteText(message.quote) : '',
    replyTo: message.replyTo ?? 0,
    reactions: message.reactions ?? NO_REACTIONS,
    status: 'stored',
    reason: '',
  };
}

function pendingRow(entry: PendingEntry, context: RowContext): MessageRow {
  return {
    kind: 'message',
    key: entry.key,
    pendingId: entry.id,
    seq: 0,
    userId: 0,
    username: context.self,
    isOwn: true,
    content: entry.content,
    at: entry.at,
    groupAt: entry.at,
    isContinued: false,
    isSameMinute: false,
    isMention: false,
    addressee: addresseeOf(entry.content, context.known),
    isAction: entry.messageKind === 'me',
    isDeleted: false,
    isEdited: false,
    quote: entry.quote ? quoteText(entry.quote) : '',
    replyTo: entry.replyTo ?? 0,
    reactions: NO_REACTIONS,
    status: entry.status,
    reason: entry.error?.message ?? '',
  };
}

function group(row: MessageRow, above: Row | undefined): MessageRow {
  if (above?.kind !== 'message' || above.username !== row.username) return row;
  // An action names its author by itself.
  if (row.isAction || above.isAction) return row;
  // From the group's beginning, not from the row above: else a steady talker would be named once and never again.
  if (Date.parse(row.at) - Date.parse(above.groupAt) >= GROUP_MS) return row;
  const isSameMinute = clockTime(row.at) === clockTime(above.at);
  return { ...row, groupAt: above.groupAt, isContinued: true, isSameMinute };
}

function runLength(entries: readonly LogEntry[], from: number, context: RowContext): number {
  const first = entries[from] as NoticeEntry;
  let end = from + 1;
  for (let next = entries[end]; next?.kind === 'notice'; next = entries[end]) {
    const isBroken = context.unread?.key === next.key || dayOf(next) !== dayOf(first);
    if (isBroken || !isSameRun(first.event, next.event)) break;
    end++;
  }
  return end - from;
}

/** The lines without an entry to stand behind, except those from before the window. */
function homelessLines(entries: readonly LogEntry[], { before, localLines }: RowContext): LocalLine[] {
  const [first] = entries;
  const from = before === undefined || first === undefined ? '' : timeOf(first);
  return localLines.filter((line) => line.afterKey === null && line.at >= from);
}

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
