/** The writing side of a room's log: events, pages and the caller's own sends become rows. */
import {
  type Amendment,
  isAmendment,
  type Message,
  type MessagePage,
  type RoomEvent,
} from '@banter/protocol';
import type { LogEntry, MessageEntry, PendingEntry, Timeline } from '../types/log.ts';
import type { PageQuery } from '../types/messages-api.ts';
import { amend } from './amend.ts';
import { PageHeads } from './page-heads.ts';
import { Pages } from './pages.ts';
import { RowList } from './row-list.ts';
import { eventRow, messageRow, ownMessageKey, seqOf } from './rows.ts';
import { RoomTimeline } from './timeline.ts';

/** The parts and listener of a RoomLog. */
export type RoomLogOptions = {
  roomId: number;
  /** The seq up to which events have been applied; undefined for a room that is not followed yet. */
  head: number | undefined;
  /** Returns the id of the person signed in. */
  ownUserId(): number | undefined;
  /** Loads a page of the room's history. */
  loadPage(query: PageQuery): Promise<MessagePage>;
  /** Called when a page contains a message that was still pending here: the server has stored it. */
  onOwnMessage(id: string): void;
};

/** The log of one room. It keeps the rows from `head` on, and older ones once they are loaded. */
export class RoomLog {
  /** The log as a user interface sees it. */
  readonly timeline: Timeline;
  readonly #options: RoomLogOptions;
  readonly #list = new RowList();
  readonly #pages: Pages;
  readonly #pageHeads = new PageHeads();
  /** Rows that the next `flush` shows. */
  #arrived: LogEntry[] = [];

  constructor(options: RoomLogOptions) {
    const { roomId, head, loadPage } = options;
    this.#options = options;
    this.#pages = new Pages({ head, list: this.#list, loadPage, rowsOf: (page) => this.#rowsOf(page) });
    this.timeline = new RoomTimeline(roomId, this.#list, this.#pages);
  }

  /** Applies the room's next event in seq order. A new row appears at the next `flush`. */
  apply(event: RoomEvent): void {
    if (isAmendment(event)) {
      this.flush();
      this.#amend(event);
      return;
    }
    const ownUserId = this.#options.ownUserId();
    const row = eventRow(event, ownUserId);
    if (row?.kind === 'message' && row.message.userId === ownUserId && this.#list.find(row.key)) {
      this.flush();
      this.#list.confirm(row);
    } else if (row) this.#arrived.push(row);
  }

  /** Shows the rows that arrived since the last flush, in as few patches as possible. */
  flush(): void {
    const rows = this.#arrived;
    this.#arrived = [];
    this.#list.insert(rows);
  }

  /** Appends a pending row, or shows its new status. */
  showPending(entry: PendingEntry): void {
    this.flush();
    this.#list.setPending(entry);
  }

  /** Replaces a pending row by the stored message. */
  settle(message: Message): void {
    this.flush();
    const { from } = this.#pages;
    // A message below the loaded part has no place yet. It comes with its page.
    if (from !== undefined && message.seq >= from) this.#list.confirm(this.#rowOf(message));
    else this.discard(message.id);
  }

  /** Removes a pending row. */
  discard(id: string): void {
    const key = ownMessageKey(id);
    if (this.#list.find(key)?.kind === 'pending') this.#list.remove(key);
  }

  /** Drops all rows except the pending ones, starts again at `head`, and reloads the newest page if it was loaded. */
  reset(head: number): void {
    this.#arrived = [];
    this.#pageHeads.clear();
    this.#pages.reset(head);
  }

  /** Loads the newest page if it was asked for and is not loaded. */
  catchUp(): void {
    this.#pages.catchUp();
  }

  /** Returns the messages above `seq`; null when they are not all loaded. */
  messagesAbove(seq: number): Message[] | null {
    this.flush();
    const { from } = this.#pages;
    if (from === undefined || seq + 1 < from) return null;
    const rows = this.#list.rows.filter((row) => row.kind === 'message');
    return rows.map((row) => row.message).filter((message) => message.seq > seq);
  }

  /** Applies an edit, deletion or reaction to the messages that do not contain it yet. */
  #amend(event: Amendment): void {
    const ownUserId = this.#options.ownUserId();
    this.#pageHeads.advanceTo(event);
    this.#list.updateMessages((message) =>
      this.#pageHeads.covers(message) ? message : amend(message, event, ownUserId),
    );
  }

  #rowsOf(page: MessagePage): LogEntry[] {
    const { messages, notices = [] } = page;
    this.#pageHeads.record(page);
    for (const message of messages) {
      if (this.#list.find(this.#rowOf(message).key)?.kind !== 'pending') continue;
      this.discard(message.id);
      this.#options.onOwnMessage(message.id);
    }
    const noticeRows = notices.flatMap((event) => eventRow(event, this.#options.ownUserId()) ?? []);
    return [...messages.map((message) => this.#rowOf(message)), ...noticeRows].sort(
      (a, b) => seqOf(a) - seqOf(b),
    );
  }

  #rowOf(message: Message): MessageEntry {
    return messageRow(message, this.#options.ownUserId());
  }
}
