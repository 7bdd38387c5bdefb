/**
 * Which part of a room's history is loaded: all from one seq on, and perhaps an older part that somebody jumped to. A hole
 * row stands between the two until it is filled.
 */
import { type MessagePage, PAGE_DEFAULT, PAGE_MAX } from '@banter/protocol';
import type { HoleEntry, LogEntry } from '../types/log.ts';
import type { PageQuery } from '../types/messages-api.ts';
import type { RowList } from './row-list.ts';
import { seqOf } from './rows.ts';

export type PagesOptions = {
  /** The seq up to which events have been applied; undefined for a room that is not followed yet. */
  head: number | undefined;
  list: RowList;
  loadPage(query: PageQuery): Promise<MessagePage>;
  /** The rows of what a page holds, in seq order. Hears of each before it is shown. */
  rowsOf(page: MessagePage): LogEntry[];
};

export type Pages = {
  /** The first seq from which on nothing is missing; undefined before the room is followed. */
  readonly from: number | undefined;
  readonly hasOlder: boolean;
  readonly isLoading: boolean;
  /** Loads the newest page unless it is there. */
  load(): Promise<void>;
  /** Loads one more page before the oldest row. */
  loadOlder(): Promise<void>;
  /** Loads what stands around `seq`, unless that part is there. */
  loadAround(seq: number): Promise<void>;
  /** Loads one more page into the hole, if there is one. */
  fillHole(): Promise<void>;
  /** Starts anew at `head`. */
  reset(head: number): void;
  /** Loads the newest page again if it was asked for and is not there. */
  catchUp(): void;
};

/** A part of the history below the live one: nothing is missing in it. */
type Island = { from: number; to: number; hasOlder: boolean };

/** Nothing is loaded yet. Calls for the same page share one request; different ones wait for each other. */
export function createPages(options: PagesOptions): Pages {
  const { list, loadPage, rowsOf } = options;
  let from = options.head === undefined ? undefined : options.head + 1;
  let hasOlder = from !== 1;
  let island: Island | null = null;
  let isLoaded = false;
  let isWanted = false;
  let loading: Promise<void> | null = null;
  /** Counts resets: a page asked for before one is thrown away. */
  let era = 0;

  function share(task: () => Promise<void>): Promise<void> {
    loading ??= task().finally(() => {
      loading = null;
    });
    return loading;
  }

  async function alone(task: () => Promise<void>): Promise<void> {
    while (loading !== null) await loading;
    await share(task);
  }

  async function loadBefore(): Promise<void> {
    const began = era;
    const before = island?.from ?? from;
    const query = { limit: PAGE_DEFAULT, ...(before === undefined ? {} : { before }) };
    const page: MessagePage = before === 1 ? { messages: [], hasMore: false } : await loadPage(query);
    if (began !== era) return loadBefore();
    isLoaded = true;
    const older = below(page, before);
    const { messages } = older;
    const isMore = page.hasMore && messages.length > 0;
    const first = isMore ? messages[0]?.seq : 1;
    if (island !== null) island = { ...island, from: first ?? 1, hasOlder: isMore };
    else [from, hasOlder] = [first, isMore];
    list.prepend(rowsOf(older));
  }

  async function jump(seq: number): Promise<void> {
    const began = era;
    const page = await loadPage({ around: seq, limit: PAGE_DEFAULT });
    if (began !== era || from === undefined) return;
    const end = from;
    const shown = below(page, end);
    const { messages } = shown;
    const [first] = messages;
    const last = messages.at(-1);
    if (!first || !last) return;
    const part = { from: page.hasMore ? first.seq : 1, to: last.seq, hasOlder: page.hasMore };
    put(end, part, rowsOf(shown), messages.length < page.messages.length);
  }

  /** Shows `rows`, which are all of `part`, below the live part that begins at `end`; joined to it if nothing lies between. */
  function put(end: number, part: Island, rows: LogEntry[], isJoined: boolean): void {
    island = isJoined ? null : part;
    if (isJoined) [from, hasOlder] = [part.from, part.hasOlder];
    list.setBelow(end, isJoined ? rows : [...rows, holeOf(part.to, end)]);
  }

  async function fill({ to }: Island): Promise<void> {
    const began = era;
    const page = await loadPage({ after: to, limit: PAGE_MAX });
    if (began !== era || island === null || from === undefined) return;
    const end = from;
    const shown = below(page, end);
    const { messages } = shown;
    const kept = list.rows.filter((row) => row.kind !== 'hole' && seqOf(row) < end);
    const part = { ...island, to: messages.at(-1)?.seq ?? to };
    const isJoined = !page.hasMore || messages.length < page.messages.length;
    put(end, part, [...kept, ...rowsOf(shown)], isJoined);
  }

  const pages: Pages = {
    get from() {
      return from;
    },
    get hasOlder() {
      return island?.hasOlder ?? hasOlder;
    },
    get isLoading() {
      return loading !== null;
    },
    async load() {
      isWanted = true;
      if (!isLoaded) await share(loadBefore);
    },
    async loadOlder() {
      isWanted = true;
      if (pages.hasOlder || !isLoaded) await share(loadBefore);
    },
    async loadAround(seq) {
      await pages.load();
      const isHere = seq >= (from ?? 1) || (island !== null && seq >= island.from && seq <= island.to);
      if (!isHere) await alone(() => jump(seq));
    },
    async fillHole() {
      const gap = island;
      if (gap !== null && loading === null) await share(() => fill(gap));
    },
    reset(head) {
      era++;
      from = head + 1;
      island = null;
      isLoaded = false;
      hasOlder = head > 0;
      list.dropConfirmed();
      pages.catchUp();
    },
    catchUp() {
      // A failure is left for the next time: whoever asked for the page has heard of it.
      if (isWanted && !isLoaded) pages.load().catch(() => {});
    },
  };
  return pages;
}

function holeOf(after: number, before: number): HoleEntry {
  return { kind: 'hole', key: `hole:${after}`, after, before };
}

/** What a page holds below `end`; all of it without one. */
function below(page: MessagePage, end = Number.POSITIVE_INFINITY): MessagePage {
  const isBelow = ({ seq }: { seq: number }) => seq < end;
  const { messages, notices = [] } = page;
  return { ...page, messages: messages.filter(isBelow), notices: notices.filter(isBelow) };
}
