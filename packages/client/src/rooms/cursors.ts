/** How far each room was followed: lets every event through once, in seq order, and asks again for what is missing. */
import {
  type ChatError,
  ERRORS,
  RESUME_MAX_EVENTS,
  type RoomCursor,
  type RoomEvent,
  type Subscribe,
} from '@banter/protocol';
import type { Clock } from '../clock.ts';

/** The pause before a refused subscription is asked for again, where the server names none. */
export const SUBSCRIBE_RETRY_MS = 1_000;

export type CursorsOptions = {
  clock: Clock;
  newId(): string;
  /** Sends a subscription; false while there is no line, and then the next `hello` does its work. */
  send(command: Subscribe): boolean;
  /** Takes the next event of a room: always `after + 1`. */
  apply(event: RoomEvent): void;
  /** Hears of an event in a room that nobody follows. */
  onUnknownRoom(roomId: number): void;
  /** Hears that a room may not be followed (any more). */
  onRefused(roomId: number): void;
};

export type Cursors = {
  /** The seq of the last applied event; undefined for a room that is not followed. */
  after(roomId: number): number | undefined;
  /** Follows a room from `head` on, unless it is followed already. */
  add(roomId: number, head: number): void;
  remove(roomId: number): void;
  clear(): void;
  roomIds(): number[];
  /** One room's place, as `hello` and `subscribe` want it. */
  cursorOf(roomId: number): RoomCursor;
  /** A new line was greeted: `epoch` is the store's, and `asked` are the rooms its `hello` named. */
  greeted(epoch: string, asked: ReadonlySet<number>): void;
  receive(event: RoomEvent): void;
  live(roomId: number, head: number): void;
  reset(roomId: number, head: number): void;
  /** What a `ping` told of the rooms' heads [R3]. */
  heads(heads: Record<string, number>): void;
  /** Whether `id` was a subscription's; its refusal is dealt with. */
  refused(id: string, error: ChatError): boolean;
  /** A room of `hello` was refused. */
  refusedRoom(roomId: number, error: ChatError): void;
};

type Cursor = {
  roomId: number;
  after: number;
  epoch: string | undefined;
  /** Events beyond a gap, by seq. */
  held: Map<number, RoomEvent>;
  /** The subscription under way, and where the room stood when it was asked. */
  asked: { id: string; after: number } | null;
};

/** The places of all followed rooms; the one owner of them. */
export function createCursors(options: CursorsOptions): Cursors {
  const { clock, newId, send, apply, onUnknownRoom, onRefused } = options;
  const cursors = new Map<number, Cursor>();
  let epoch: string | undefined;

  function subscribe(cursor: Cursor): void {
    if (cursor.asked) return;
    const id = newId();
    if (send({ op: 'subscribe', id, ...place(cursor) })) cursor.asked = { id, after: cursor.after };
  }

  function advance(cursor: Cursor, event: RoomEvent): void {
    let next: RoomEvent | undefined = event;
    while (next && cursors.get(cursor.roomId) === cursor) {
      cursor.after = next.seq;
      cursor.epoch = epoch;
      cursor.held.delete(next.seq);
      apply(next);
      next = cursor.held.get(cursor.after + 1);
    }
  }

  function forgetOld(cursor: Cursor): void {
    for (const seq of cursor.held.keys()) if (seq <= cursor.after) cursor.held.delete(seq);
  }

  function giveUpOrRetry(cursor: Cursor, error: ChatError): void {
    cursor.asked = null;
    if (!ERRORS[error.code].retryable) onRefused(cursor.roomId);
    else {
      const again = () => {
        if (cursors.get(cursor.roomId) === cursor) subscribe(cursor);
      };
      clock.setTimer(again, error.retryAfterMs ?? SUBSCRIBE_RETRY_MS);
    }
  }

  return {
    after: (roomId) => cursors.get(roomId)?.after,
    add(roomId, head) {
      if (cursors.has(roomId)) return;
      const cursor = { roomId, after: head, epoch, held: new Map(), asked: null };
      cursors.set(roomId, cursor);
      subscribe(cursor);
    },
    remove: (roomId) => void cursors.delete(roomId),
    clear: () => cursors.clear(),
    roomIds: () => [...cursors.keys()],
    cursorOf(roomId) {
      const cursor = cursors.get(roomId);
      return cursor ? place(cursor) : { roomId };
    },
    greeted(newEpoch, asked) {
      epoch = newEpoch;
      for (const cursor of cursors.values()) {
        cursor.asked = null;
        cursor.held.clear();
        if (!asked.has(cursor.roomId)) subscribe(cursor);
      }
    },
    receive(event) {
      const cursor = cursors.get(event.roomId);
      if (!cursor) return onUnknownRoom(event.roomId);
      if (event.seq <= cursor.after) return;
      if (event.seq === cursor.after + 1) return advance(cursor, event);
      if (cursor.held.size < RESUME_MAX_EVENTS) cursor.held.set(event.seq, event);
      subscribe(cursor);
    },
    live(roomId, head) {
      const cursor = cursors.get(roomId);
      if (!cursor) return;
      const isMoving = cursor.asked === null || cursor.asked.after < cursor.after;
      cursor.asked = null;
      cursor.epoch = epoch;
      forgetOld(cursor);
      // A replay that brought nothing is not asked for again at once; the next ping's heads will do it.
      if (cursor.after < head && isMoving) subscribe(cursor);
    },
    reset(roomId, head) {
      const cursor = cursors.get(roomId);
      if (!cursor) return;
      cursor.after = head;
      cursor.epoch = epoch;
      cursor.held.clear();
    },
    heads(heads) {
      for (const [roomId, head] of Object.entries(heads)) {
        const cursor = cursors.get(Number(roomId));
        if (cursor && cursor.after < head) subscribe(cursor);
      }
    },
    refused(id, error) {
      const cursor = [...cursors.values()].find((each) => each.asked?.id === id);
      if (cursor) giveUpOrRetry(cursor, error);
      return cursor !== undefined;
    },
    refusedRoom(roomId, error) {
      const cursor = cursors.get(roomId);
      if (cursor) giveUpOrRetry(cursor, error);
    },
  };
}

function place({ roomId, after, epoch }: Cursor): RoomCursor {
  return { roomId, after, ...(epoch === undefined ? {} : { epoch }) };
}
