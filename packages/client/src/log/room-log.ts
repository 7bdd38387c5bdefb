/** One room's log as a person reads it: confirmed rows in seq order, then one's own that are on their way. */
import {
  type Amendment,
  isAmendment,
  type Message,
  type MessagePage,
  type RoomEvent,
} from '@banter/protocol';
import type { LogEntry, PendingEntry, Timeline } from '../types/log.ts';
import type { PageQuery } from '../types/messages-api.ts';
import { amend } from './amend.ts';
import { createPages } from './pages.ts';
import { createRowList } from './row-list.ts';
import { eventRow, messageRow, seqOf } from './rows.ts';

export type RoomLogOptions = {
  roomId: number;
  /** The seq up to which events have been applied; undefined for a room that is not followed yet. */
  head: number | undefined;
  ownUserId(): number | undefined;
  loadPage(query: PageQuery): Promise<MessagePage>;
  /** An own message was met in a page: it is stored, whatever became of its answer. */
  onOwnMessage(id: string): void;
};

/** The writing side of a timeline; `view` is what the user interface sees. */
export type RoomLog = {
  readonly view: Timeline;
  /** Takes the next event in seq order; it shows at the next `flush`. */
  apply(event: RoomEvent): void;
  /** Shows what was applied since the last flush, in as few patches as possible. */
  flush(): void;
  /** Adds a row of one's own at the end, or shows its new status where it stands. */
  showPending(entry: PendingEntry): void;
  /** Turns a pending row into the stored message. */
  settle(message: Message): void;
  discard(id: string): void;
  /** Drops all but the pending rows and starts anew at `head`; what had been loaded is loaded again. */
  reset(head: number): void;
  /** Loads the newest page if it was asked for and is not there. */
  catchUp(): void;
  /** Messages above `seq`, when all of them are here; else null. */
  messagesAbove(seq: number): Message[] | null;
};

/** The messages of a page, from one seq to another, which were read when the room's head was `head`: they are ahead of the events up to it. */
type Foretold = { first: number; last: number; head: number };

/** The log of one room. It keeps rows from the seq on at which it was made, and older ones as they are loaded. */
export function createRoomLog(options: RoomLogOptions): RoomLog {
  const { roomId, ownUserId, loadPage, onOwnMessage } = options;
  const list = createRowList();
  let arrived: LogEntry[] = [];
  let foretold: Foretold[] = [];
  const rowOf = (message: Message) => messageRow(message, ownUserId());
  const pages = createPages({ head: options.head, list, loadPage, rowsOf });

  function rowsOf({ messages, head, notices = [] }: MessagePage): LogEntry[] {
    const [first, last] = [messages[0], messages.at(-1)];
    if (first && last && head !== undefined) foretold.push({ first: first.seq, last: last.seq, head });
    for (const message of messages) {
      if (list.find(rowOf(message).key)?.kind !== 'pending') continue;
      log.discard(message.id);
      onOwnMessage(message.id);
    }
    const told = notices.flatMap((event) => eventRow(event, ownUserId()) ?? []);
    return [...messages.map(rowOf), ...told].sort((a, b) => seqOf(a) - seqOf(b));
  }

  /** Shows what an event has made of earlier messages, but of those that came with a page that had it in already. */
  function revise(event: Amendment): void {
    foretold = foretold.filter(({ head }) => head >= event.seq);
    const knows = ({ seq }: Message) => foretold.some((page) => page.first <= seq && seq <= page.last);
    list.revise((message) => (knows(message) ? message : amend(message, event, ownUserId())));
  }

  const view: Timeline = {
    roomId,
    get entries() {
      return list.rows;
    },
    get hasOlder() {
      return pages.hasOlder;
    },
    get isLoading() {
      return pages.isLoading;
    },
    load: pages.load,
    loadOlder: pages.loadOlder,
    loadAround: pages.loadAround,
    fillHole: pages.fillHole,
    onPatch: list.onPatch,
  };

  const log: RoomLog = {
    view,
    apply(event) {
      if (isAmendment(event)) {
        log.flush();
        return revise(event);
      }
      const row = eventRow(event, ownUserId());
      if (row?.kind === 'message' && row.message.userId === ownUserId() && list.find(row.key)) {
        log.flush();
        list.firm(row);
      } else if (row) arrived.push(row);
    },
    flush() {
      const rows = arrived;
      arrived = [];
      list.insert(rows);
    },
    showPending(entry) {
      log.flush();
      list.show(entry);
    },
    settle(message) {
      log.flush();
      // Below what is loaded it has no place; the page that has it will bring it.
      if (pages.from !== undefined && message.seq >= pages.from) list.firm(rowOf(message));
      else log.discard(message.id);
    },
    discard(id) {
      const key = `m:${id}`;
      if (list.find(key)?.kind === 'pending') list.remove(key);
    },
    reset(head) {
      arrived = [];
      foretold = [];
      pages.reset(head);
    },
    catchUp: pages.catchUp,
    messagesAbove(seq) {
      log.flush();
      if (pages.from === undefined || seq + 1 < pages.from) return null;
      const rows = list.rows.filter((row) => row.kind === 'message');
      return rows.map((row) => row.message).filter((message) => message.seq > seq);
    },
  };
  return log;
}
