/** The message log of one room: opens it where reading stopped, follows new messages, moves the read mark. */
import type { LogEntry, Timeline, TimelinePatch } from '@banter/client';
import type { Message } from '@banter/protocol';
import { type Below, type BelowCounter, createBelowCounter } from './below-counter.ts';
import { LogFrame } from './log-frame.ts';
import type { MessageCursor } from './message-cursor.ts';
import type { MessageTool } from './message-tools.ts';
import { createReadMarker, type ReadMarker } from './read-marker.ts';
import type { LocalLine, MessageRow, Row } from './row.ts';
import type { RowActions } from './row-elements.ts';
import { buildRows } from './rows.ts';
import { createUnreadLine, type UnreadLine } from './unread-line.ts';
import type { LogWindow } from './window.ts';

/** Everything the log needs from the page. */
export type LogViewDeps = {
  /** The element that scrolls. */
  scroller: HTMLElement;
  /** The list inside `scroller`. */
  list: HTMLOListElement;
  timeline: Timeline;
  /** The reader's username. */
  self: string;
  /** The room's current unread count. */
  unreadCount(): number;
  /** Lower-case usernames that a message can be addressed to. */
  knownNames(): ReadonlySet<string>;
  /** The lines that only this page shows. */
  localLines(): readonly LocalLine[];
  /** Whether joins and leaves are hidden. */
  hidesJoins(): boolean;
  /** Whether a person watches the page. */
  isWatched(): boolean;
  /** Whether a message mentions the reader. */
  isMention(message: Message): boolean;
  /** Marks everything up to `seq` as read. */
  markRead(seq: number): void;
  /** Called when the number of lines or new messages below changes. */
  onBelow(below: Below): void;
  /** Called after each drawing. `isEmpty`: nobody has written in the room. */
  onDrawn(isEmpty: boolean): void;
  /** Called for each message of somebody else that comes while the log is open. */
  onArrival(entry: LogEntry): void;
  /** Called when a person uses a tool on a message. */
  onTool(tool: MessageTool, row: MessageRow): void;
  /** Runs `task` after `delayMs`. Returns a function that cancels it. */
  delay(task: () => void, delayMs: number): () => void;
} & RowActions;

/** Shows a timeline until destroyed. */
export class LogView {
  readonly #deps: LogViewDeps;
  readonly #unread: UnreadLine;
  readonly #below: BelowCounter;
  readonly #frame: LogFrame;
  readonly #marker: ReadMarker;
  readonly #stopListening: () => void;
  #stage: 'closed' | 'opening' | 'opened' | 'destroyed' = 'closed';
  /** Settles when the last attempt to open the log is over. */
  #opening: Promise<void>;

  constructor(deps: LogViewDeps) {
    this.#deps = deps;
    this.#unread = createUnreadLine(deps.self);
    this.#below = createBelowCounter(deps.onBelow);
    this.#frame = new LogFrame({
      ...deps,
      rowsOf: (window) => this.#rowsOf(window),
      isOpened: () => this.#stage === 'opened',
      onScrolled: () => this.#scrolled(),
      onDrawn: () => this.#drawn(),
    });
    this.#marker = createReadMarker({
      seenSeq: () => (this.#stage === 'opened' ? this.#frame.seenSeq() : 0),
      isWatched: deps.isWatched,
      mark: deps.markRead,
      delay: deps.delay,
    });
    this.#stopListening = deps.timeline.onPatch((patch) => this.#apply(patch));
    this.#frame.draw();
    this.#opening = this.#open();
  }

  /** The message that has the keyboard. */
  get cursor(): MessageCursor {
    return this.#frame.cursor;
  }

  /** Whether the newest message is visible. */
  get isAtEnd(): boolean {
    return this.#frame.isAtEnd;
  }

  /** Redraws after local lines, people or the connection changed. Tries again to open a log that failed to open. */
  refresh(): void {
    this.#frame.drawSoon();
    if (this.#stage === 'closed') this.#opening = this.#open();
  }

  /** Call when the page gains or loses attention. */
  attentionChanged(): void {
    const { isWatched, unreadCount } = this.#deps;
    // Everything was read: the next message that comes while nobody watches starts a new line.
    if (!isWatched() && this.#frame.isAtEnd && unreadCount() === 0) this.#unread.clear();
    this.#marker.check();
  }

  /** Scrolls one screen less two rows, up (-1) or down (1). */
  scrollPage(direction: 1 | -1): void {
    this.#frame.scrollPage(direction);
  }

  /** Scrolls to the oldest loaded message. */
  toOldest(): void {
    this.#frame.showOldest();
  }

  /** Scrolls to the newest message. */
  toEnd(): void {
    this.#below.clear();
    this.#frame.showEnd();
  }

  /** Scrolls to the first unread message. Loads older pages until it is found. */
  async toUnread(): Promise<void> {
    await this.#findUnread();
    this.#showUnread();
  }

  /** Scrolls to the message at `seq` and highlights it. Loads the messages around it. */
  async toSeq(seq: number): Promise<void> {
    const { timeline } = this.#deps;
    await this.#opening;
    await timeline.loadAround(seq);
    const index = timeline.entries.findIndex((each) => each.kind === 'message' && each.message.seq === seq);
    const entry = timeline.entries[index];
    if (entry !== undefined) this.#frame.showFound(index, entry.key);
  }

  /** Removes the unread line. */
  clearUnread(): void {
    this.#unread.clear();
    this.#frame.drawSoon();
  }

  /** Removes all rows and listeners. */
  destroy(): void {
    this.#stage = 'destroyed';
    this.#stopListening();
    this.#marker.stop();
    this.#frame.destroy();
  }

  #rowsOf({ start, end }: LogWindow): Row[] {
    const { timeline, self, isMention, localLines, hidesJoins, knownNames } = this.#deps;
    return buildRows(timeline.entries.slice(start, end), {
      self,
      isMention,
      before: timeline.entries[start - 1],
      hasOlder: timeline.hasOlder,
      unread: this.#unread.current,
      localLines: localLines(),
      hidesJoins: hidesJoins(),
      known: knownNames(),
    });
  }

  #scrolled(): void {
    if (this.#frame.isAtEnd) this.#below.clear();
    else if (this.#stage === 'opened') this.#below.scrolled(this.#frame.linesBelow());
    this.#marker.check();
  }

  #drawn(): void {
    if (this.#stage === 'opened' && !this.#frame.isAtEnd) this.#below.scrolled(this.#frame.linesBelow());
    const { entries, hasOlder } = this.#deps.timeline;
    const hasNoMessage = !hasOlder && entries.every(({ kind }) => kind === 'notice');
    this.#deps.onDrawn(this.#stage === 'opened' && hasNoMessage);
    this.#marker.check();
  }

  #apply(patch: TimelinePatch): void {
    if (patch.type === 'prepend') this.#unread.prepended(patch.entries, this.#deps.timeline.entries);
    if (patch.type === 'append' && this.#stage === 'opened') {
      for (const entry of patch.entries) this.#arrived(entry);
    }
    this.#frame.apply(patch);
  }

  #arrived(entry: LogEntry): void {
    const { timeline, self, isWatched, isMention, onArrival } = this.#deps;
    // A row that is in the list already has only moved after newer ones.
    if (this.#frame.has(entry.key)) return;
    if (entry.kind === 'pending') this.#frame.followEnd();
    this.#unread.arrived(entry, timeline.entries, isWatched());
    if (entry.kind !== 'message' || entry.message.username === self) return;
    onArrival(entry);
    if (!this.#frame.isAtEnd) this.#below.add(isMention(entry.message));
  }

  async #open(): Promise<void> {
    if (this.#stage !== 'closed') return;
    const { timeline, unreadCount } = this.#deps;
    this.#stage = 'opening';
    try {
      await timeline.load();
      const count = unreadCount();
      this.#unread.open(timeline.entries, count);
      await this.#findUnread();
      // Another room was opened meanwhile. Its log owns the pill now.
      if (this.#isDestroyed()) return;
      this.#stage = 'opened';
      this.#frame.showEnd();
      if (this.#unread.current !== null && this.#frame.isAbove('unread')) {
        this.#showUnread();
        this.#below.begin(count);
      }
    } catch {
      // refresh() tries again when the connection is back.
      if (!this.#isDestroyed()) this.#stage = 'closed';
    }
  }

  /** A method, because the compiler assumes that the stage stays the same over an await. */
  #isDestroyed(): boolean {
    return this.#stage === 'destroyed';
  }

  async #findUnread(): Promise<void> {
    const { timeline } = this.#deps;
    while (this.#unread.isBeyond && timeline.hasOlder) await timeline.loadOlder();
  }

  #showUnread(): void {
    const key = this.#unread.current?.key;
    const index = this.#deps.timeline.entries.findIndex((entry) => entry.key === key);
    if (index !== -1) this.#frame.showRow(index, 'unread');
  }
}
