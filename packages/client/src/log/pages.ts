/**
 * The loaded pages of a room's history: everything from one seq on (the live part) and perhaps an older part, loaded by
 * a jump. A hole row marks the gap between the two until it is filled.
 */
import { type MessagePage, PAGE_DEFAULT, PAGE_MAX } from '@banter/protocol';
import { SingleFlight } from '../single-flight.ts';
import type { HoleEntry, LogEntry } from '../types/log.ts';
import type { PageQuery } from '../types/messages-api.ts';
import type { RowList } from './row-list.ts';
import { seqOf } from './rows.ts';

/** The parts that Pages uses. */
export type PagesOptions = {
  /** The seq up to which events have been applied; undefined for a room that is not followed yet. */
  head: number | undefined;
  list: RowList;
  /** Loads a page of history. */
  loadPage(query: PageQuery): Promise<MessagePage>;
  /** Returns the rows of a page in seq order. Called for each page just before it is shown. */
  rowsOf(page: MessagePage): LogEntry[];
};

/** An older part of the history, complete from one seq to another. */
type OlderPart = { from: number; to: number; hasOlder: boolean };

/** Loads pages into a list of rows, one at a time. Concurrent calls for the same page share one request. */
export class Pages {
  readonly #options: PagesOptions;
  readonly #loading = new SingleFlight<void>();
  #from: number | undefined;
  #hasOlder: boolean;
  #olderPart: OlderPart | null = null;
  /** Whether the newest page is loaded. */
  #isLoaded = false;
  /** Whether the newest page was asked for. */
  #isWanted = false;
  /** Counts resets. A page that was requested before one is discarded. */
  #generation = 0;

  constructor(options: PagesOptions) {
    this.#options = options;
    this.#from = options.head === undefined ? undefined : options.head + 1;
    this.#hasOlder = this.#from !== 1;
  }

  /** The first seq of the live part; undefined before the room is followed. */
  get from(): number | undefined {
    return this.#from;
  }

  /** Whether there are older messages than the oldest loaded one. */
  get hasOlder(): boolean {
    return this.#olderPart?.hasOlder ?? this.#hasOlder;
  }

  /** Whether a request is under way. */
  get isLoading(): boolean {
    return this.#loading.isRunning;
  }

  /** Loads the newest page unless it is loaded. */
  async load(): Promise<void> {
    this.#isWanted = true;
    // Repeated, because the shared task may be of another page that a reset has made useless.
    while (!this.#isLoaded) await this.#loading.share(() => this.#loadBefore());
  }

  /** Loads one more page before the oldest row. */
  async loadOlder(): Promise<void> {
    this.#isWanted = true;
    if (this.hasOlder || !this.#isLoaded) await this.#loading.share(() => this.#loadBefore());
  }

  /** Loads the messages around `seq` unless they are loaded. */
  async loadAround(seq: number): Promise<void> {
    await this.load();
    if (!this.#has(seq)) await this.#loading.runNext(() => this.#loadPartAround(seq));
  }

  /** Loads one more page into the hole, if there is one. */
  async fillHole(): Promise<void> {
    const part = this.#olderPart;
    if (part !== null && !this.isLoading) await this.#loading.share(() => this.#loadAfter(part));
  }

  /** Drops all pages and starts again at `head`. */
  reset(head: number): void {
    this.#generation++;
    this.#from = head + 1;
    this.#olderPart = null;
    this.#isLoaded = false;
    this.#hasOlder = head > 0;
    this.#options.list.dropConfirmed();
    this.catchUp();
  }

  /** Loads the newest page if it was asked for and is not loaded. */
  catchUp(): void {
    // The caller that asked for the page has received the error, and the next catchUp retries.
    if (this.#isWanted && !this.#isLoaded) this.load().catch(() => {});
  }

  #has(seq: number): boolean {
    const part = this.#olderPart;
    return seq >= (this.#from ?? 1) || (part !== null && seq >= part.from && seq <= part.to);
  }

  async #loadBefore(): Promise<void> {
    const { list, loadPage, rowsOf } = this.#options;
    const generation = this.#generation;
    const before = this.#olderPart?.from ?? this.#from;
    const query = { limit: PAGE_DEFAULT, ...(before === undefined ? {} : { before }) };
    const page: MessagePage = before === 1 ? { messages: [], hasMore: false } : await loadPage(query);
    if (generation !== this.#generation) return this.#loadBefore();
    this.#isLoaded = true;
    const older = below(page, before);
    const hasOlder = page.hasMore && older.messages.length > 0;
    const first = hasOlder ? older.messages[0]?.seq : 1;
    if (this.#olderPart !== null) this.#olderPart = { ...this.#olderPart, from: first ?? 1, hasOlder };
    else [this.#from, this.#hasOlder] = [first, hasOlder];
    list.prepend(rowsOf(older));
  }

  async #loadPartAround(seq: number): Promise<void> {
    const { loadPage, rowsOf } = this.#options;
    const generation = this.#generation;
    const page = await loadPage({ around: seq, limit: PAGE_DEFAULT });
    const end = this.#from;
    if (generation !== this.#generation || end === undefined) return;
    const shown = below(page, end);
    const first = shown.messages[0];
    const last = shown.messages.at(-1);
    if (!first || !last) return;
    const part = { from: page.hasMore ? first.seq : 1, to: last.seq, hasOlder: page.hasMore };
    this.#show(part, rowsOf(shown), end, shown.messages.length < page.messages.length);
  }

  async #loadAfter({ to }: OlderPart): Promise<void> {
    const { list, loadPage, rowsOf } = this.#options;
    const generation = this.#generation;
    const page = await loadPage({ after: to, limit: PAGE_MAX });
    const end = this.#from;
    if (generation !== this.#generation || this.#olderPart === null || end === undefined) return;
    const shown = below(page, end);
    const kept = list.rows.filter((row) => row.kind !== 'hole' && seqOf(row) < end);
    const part = { ...this.#olderPart, to: shown.messages.at(-1)?.seq ?? to };
    const meetsLivePart = !page.hasMore || shown.messages.length < page.messages.length;
    this.#show(part, [...kept, ...rowsOf(shown)], end, meetsLivePart);
  }

  /** Shows the rows of an older part below the live part, which begins at `end`, and joins the two if they meet. */
  #show(part: OlderPart, rows: LogEntry[], end: number, meetsLivePart: boolean): void {
    this.#olderPart = meetsLivePart ? null : part;
    if (meetsLivePart) [this.#from, this.#hasOlder] = [part.from, part.hasOlder];
    this.#options.list.replaceBelow(end, meetsLivePart ? rows : [...rows, holeBetween(part.to, end)]);
  }
}

function holeBetween(after: number, before: number): HoleEntry {
  return { kind: 'hole', key: `hole:${after}`, after, before };
}

/** Returns the part of a page below `end`. */
function below(page: MessagePage, end = Number.POSITIVE_INFINITY): MessagePage {
  const isBelow = ({ seq }: { seq: number }) => seq < end;
  const { messages, notices = [] } = page;
  return { ...page, messages: messages.filter(isBelow), notices: notices.filter(isBelow) };
}
