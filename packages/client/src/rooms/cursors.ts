/** Cursors of the followed rooms: each event passes once, in seq order, and missing events are requested again. */
import {
  type ChatError,
  ERRORS,
  RESUME_MAX_EVENTS,
  type RoomCursor,
  type RoomEvent,
  type Subscribe,
} from '@banter/protocol';
import type { Clock } from '../clock.ts';

/** The delay before a rejected subscription is retried, if the server names none. */
export const SUBSCRIBE_RETRY_MS = 1_000;

/** The means and listeners of Cursors. */
export type CursorsOptions = {
  clock: Clock;
  /** Makes the id of the next command. */
  newId(): string;
  /** Sends a subscription. False without a link; the next `hello` then does its work. */
  send(command: Subscribe): boolean;
  /** Applies the next event of a room: always the one after the cursor. */
  apply(event: RoomEvent): void;
  /** Called for an event in a room that is not followed. */
  onUnknownRoom(roomId: number): void;
  /** Called when the caller may not follow a room. */
  onRejected(roomId: number): void;
};

type Cursor = {
  roomId: number;
  /** The seq of the last applied event. */
  after: number;
  /** The epoch in which `after` counts. */
  epoch: string | undefined;
  /** Events above a gap, by seq. */
  held: Map<number, RoomEvent>;
  /** The subscription under way, and the cursor when it was sent. */
  subscription: { id: string; after: number } | null;
};

/** Owns the cursors. */
export class Cursors {
  readonly #options: CursorsOptions;
  readonly #cursors = new Map<number, Cursor>();
  #epoch: string | undefined;

  constructor(options: CursorsOptions) {
    this.#options = options;
  }

  /** Returns the seq of the last applied event; undefined for a room that is not followed. */
  after(roomId: number): number | undefined {
    return this.#cursors.get(roomId)?.after;
  }

  /** Follows a room from `head` on, unless it is followed already. */
  add(roomId: number, head: number): void {
    if (this.#cursors.has(roomId)) return;
    const cursor: Cursor = { roomId, after: head, epoch: this.#epoch, held: new Map(), subscription: null };
    this.#cursors.set(roomId, cursor);
    this.#subscribe(cursor);
  }

  /** Stops following a room. */
  remove(roomId: number): void {
    this.#cursors.delete(roomId);
  }

  /** Stops following all rooms. */
  clear(): void {
    this.#cursors.clear();
  }

  /** Returns the ids of the followed rooms. */
  roomIds(): number[] {
    return [...this.#cursors.keys()];
  }

  /** Returns a room's cursor as `hello` and `subscribe` contain it. */
  cursorOf(roomId: number): RoomCursor {
    const cursor = this.#cursors.get(roomId);
    return cursor ? wireCursorOf(cursor) : { roomId };
  }

  /** Starts on a new link: `epoch` is the store's, `named` the rooms in its `hello`. Subscribes to the others. */
  welcome(epoch: string, named: ReadonlySet<number>): void {
    this.#epoch = epoch;
    for (const cursor of this.#cursors.values()) {
      cursor.subscription = null;
      cursor.held.clear();
      if (!named.has(cursor.roomId)) this.#subscribe(cursor);
    }
  }

  /** Applies an event if it is the room's next one. Skips a known one, and holds one above a gap. */
  receive(event: RoomEvent): void {
    const cursor = this.#cursors.get(event.roomId);
    if (!cursor) this.#options.onUnknownRoom(event.roomId);
    else if (event.seq === cursor.after + 1) this.#advance(cursor, event);
    else if (event.seq > cursor.after) {
      if (cursor.held.size < RESUME_MAX_EVENTS) cursor.held.set(event.seq, event);
      this.#subscribe(cursor);
    }
  }

  /** Handles `live`: the replay of a room is complete, and its head was `head`. */
  confirmLive(roomId: number, head: number): void {
    const cursor = this.#cursors.get(roomId);
    if (!cursor) return;
    const hasAdvanced = cursor.subscription === null || cursor.subscription.after < cursor.after;
    cursor.subscription = null;
    cursor.epoch = this.#epoch;
    for (const seq of cursor.held.keys()) if (seq <= cursor.after) cursor.held.delete(seq);
    // Do not repeat a replay that contained nothing new. The next ping's heads start another one.
    if (cursor.after < head && hasAdvanced) this.#subscribe(cursor);
  }

  /** Moves a room's cursor to `head`, in the current epoch. */
  reset(roomId: number, head: number): void {
    const cursor = this.#cursors.get(roomId);
    if (!cursor) return;
    cursor.after = head;
    cursor.epoch = this.#epoch;
    cursor.held.clear();
  }

  /** Compares the heads of a `ping` with the cursors, and requests what is missing [R3]. */
  compareHeads(heads: Record<string, number>): void {
    for (const [roomId, head] of Object.entries(heads)) {
      const cursor = this.#cursors.get(Number(roomId));
      if (cursor && cursor.after < head) this.#subscribe(cursor);
    }
  }

  /** Handles an error that answers a command; returns whether `id` belongs to a subscription. */
  rejectSubscription(id: string, error: ChatError): boolean {
    for (const cursor of this.#cursors.values()) {
      if (cursor.subscription?.id !== id) continue;
      this.#dropOrRetry(cursor, error);
      return true;
    }
    return false;
  }

  /** Handles the rejection of a room that `hello` named. */
  rejectRoom(roomId: number, error: ChatError): void {
    const cursor = this.#cursors.get(roomId);
    if (cursor) this.#dropOrRetry(cursor, error);
  }

  #subscribe(cursor: Cursor): void {
    if (cursor.subscription) return;
    const id = this.#options.newId();
    const isSent = this.#options.send({ op: 'subscribe', id, ...wireCursorOf(cursor) });
    if (isSent) cursor.subscription = { id, after: cursor.after };
  }

  /** Applies an event and the held ones that follow it, as long as the room is followed. */
  #advance(cursor: Cursor, event: RoomEvent): void {
    let next: RoomEvent | undefined = event;
    while (next && this.#cursors.get(cursor.roomId) === cursor) {
      cursor.after = next.seq;
      cursor.epoch = this.#epoch;
      cursor.held.delete(next.seq);
      this.#options.apply(next);
      next = cursor.held.get(cursor.after + 1);
    }
  }

  #dropOrRetry(cursor: Cursor, error: ChatError): void {
    cursor.subscription = null;
    if (!ERRORS[error.code].retryable) {
      this.#options.onRejected(cursor.roomId);
      return;
    }
    const retry = () => {
      if (this.#cursors.get(cursor.roomId) === cursor) this.#subscribe(cursor);
    };
    this.#options.clock.setTimer(retry, error.retryAfterMs ?? SUBSCRIBE_RETRY_MS);
  }
}

function wireCursorOf({ roomId, after, epoch }: Cursor): RoomCursor {
  return { roomId, after, ...(epoch === undefined ? {} : { epoch }) };
}
