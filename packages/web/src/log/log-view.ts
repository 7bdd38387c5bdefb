/** The message log of one room: opens it where reading stopped, follows what comes, knows what was read. */
import type { LogEntry, Timeline, TimelinePatch } from '@banter/client';
import type { Message } from '@banter/protocol';
import { createBelowCounter, type NewBelow } from './below-counter.ts';
import { createLogFrame } from './log-frame.ts';
import type { MessageCursor } from './message-cursor.ts';
import type { MessageTool } from './message-tools.ts';
import { createReading } from './read-marker.ts';
import type { RowActions } from './row-elements.ts';
import { buildRows, type LocalLine, type MessageRow } from './rows.ts';
import { createUnreadLine } from './unread-line.ts';

export type LogViewDeps = {
  /** The element that scrolls, and the list inside it. */
  scroller: HTMLElement;
  list: HTMLOListElement;
  timeline: Timeline;
  /** The reader's username. */
  self: string;
  /** The room's unread count now. */
  unreadCount(): number;
  /** Lower-case usernames that a message can be addressed to. */
  knownNames(): ReadonlySet<string>;
  localLines(): readonly LocalLine[];
  /** Whether joins and leaves are left out. */
  hidesJoins(): boolean;
  /** Whether a person looks at the page now. */
  isWatched(): boolean;
  /** Whether a message calls the reader. */
  isMention(message: Message): boolean;
  markRead(seq: number): void;
  onBelow(below: NewBelow): void;
  /** Something was drawn: whether the room has no row at all. */
  onDrawn(isEmpty: boolean): void;
  /** Somebody else's message came while the log was open. */
  onArrival(entry: LogEntry): void;
  /** Something is to be done with a message. */
  onTool(tool: MessageTool, row: MessageRow): void;
  delay(task: () => void, delayMs: number): () => void;
} & RowActions;

export type LogView = {
  /** Draws again: local lines or the people of the room changed. Loads what could not be loaded before. */
  refresh(): void;
  /** The page was looked at, or away from. */
  lookChanged(): void;
  /** Scrolls one screen less two rows, up (-1) or down (1). */
  scrollPage(direction: 1 | -1): void;
  toOldest(): void;
  toEnd(): void;
  /** Goes to the first unread message, loading pages until it is found. */
  toUnread(): Promise<void>;
  /** Goes to the message at `seq`, loading what stands around it. */
  toSeq(seq: number): Promise<void>;
  /** Takes the unread line away. */
  clearUnread(): void;
  /** The message that the keyboard stands on. */
  readonly cursor: MessageCursor;
  readonly isAtEnd: boolean;
  destroy(): void;
};

/** Shows `timeline` in `list` until destroyed. */
export function createLogView(deps: LogViewDeps): LogView {
  const { timeline, self } = deps;
  const unread = createUnreadLine(self);
  const below = createBelowCounter(deps.onBelow);
  let stage: 'closed' | 'opening' | 'opened' | 'gone' = 'closed';

  const frame = createLogFrame({
    ...deps,
    rowsOf: ({ start, end }) =>
      buildRows(timeline.entries.slice(start, end), {
        self,
        isMention: deps.isMention,
        before: timeline.entries[start - 1],
        hasOlder: timeline.hasOlder,
        unread: unread.current,
        localLines: deps.localLines(),
        hidesJoins: deps.hidesJoins(),
        known: deps.knownNames(),
      }),
    isOpened: () => stage === 'opened',
    onScrolled() {
      if (frame.isAtEnd) below.clear();
      reading.poke();
    },
    onDrawn() {
      deps.onDrawn(stage === 'opened' && timeline.entries.length === 0);
      reading.poke();
    },
  });
  const reading = createReading({
    seenSeq: () => (stage === 'opened' ? frame.seenSeq() : 0),
    isWatched: deps.isWatched,
    mark: deps.markRead,
    delay: deps.delay,
  });

  function onPatch(patch: TimelinePatch): void {
    if (patch.type === 'prepend') unread.prepended(patch.entries, timeline.entries);
    if (patch.type === 'append' && stage === 'opened') for (const entry of patch.entries) arrived(entry);
    frame.apply(patch);
  }

  function arrived(entry: LogEntry): void {
    // A row that is shown already was only moved behind those that came before it.
    if (frame.has(entry.key)) return;
    if (entry.kind === 'pending') frame.followEnd();
    unread.arrived(entry, timeline.entries, deps.isWatched());
    if (entry.kind !== 'message' || entry.message.username === self) return;
    deps.onArrival(entry);
    if (!frame.isAtEnd) below.add(deps.isMention(entry.message));
  }

  const isGone = () => stage === 'gone';

  async function open(): Promise<void> {
    if (stage !== 'closed') return;
    stage = 'opening';
    try {
      await timeline.load();
      const count = deps.unreadCount();
      unread.open(timeline.entries, count);
      await findUnread();
      // Another room was opened meanwhile, and the pill is its own.
      if (isGone()) return;
      stage = 'opened';
      frame.showEnd();
      if (unread.current !== null && frame.isAbove('unread')) {
        showUnread();
        below.begin(count);
      }
    } catch {
      // Not to be had now: refresh() tries again when the connection is back.
      if (!isGone()) stage = 'closed';
    }
  }

  async function findUnread(): Promise<void> {
    while (unread.isBeyond && timeline.hasOlder) await timeline.loadOlder();
  }

  function showUnread(): void {
    const key = unread.current?.key;
    const index = timeline.entries.findIndex((entry) => entry.key === key);
    if (index !== -1) frame.showRow(index, 'unread');
  }

  const stopListening = timeline.onPatch(onPatch);
  frame.draw();
  let opened = open();

  return {
    refresh() {
      frame.drawSoon();
      if (stage === 'closed') opened = open();
    },
    lookChanged() {
      // Everything was read: what comes while nobody looks begins a new line.
      if (!deps.isWatched() && frame.isAtEnd && deps.unreadCount() === 0) unread.clear();
      reading.poke();
    },
    scrollPage: frame.scrollPage,
    toOldest: frame.showOldest,
    toEnd() {
      below.clear();
      frame.showEnd();
    },
    async toUnread() {
      await findUnread();
      showUnread();
    },
    async toSeq(seq) {
      await opened;
      await timeline.loadAround(seq);
      const index = timeline.entries.findIndex((each) => each.kind === 'message' && each.message.seq === seq);
      const entry = timeline.entries[index];
      if (entry !== undefined) frame.showFound(index, entry.key);
    },
    clearUnread() {
      unread.clear();
      frame.drawSoon();
    },
    cursor: frame.cursor,
    get isAtEnd() {
      return frame.isAtEnd;
    },
    destroy() {
      stage = 'gone';
      stopListening();
      reading.stop();
      frame.destroy();
    },
  };
}
