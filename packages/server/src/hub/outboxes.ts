/**
 * Flushes all connections' outboxes. A flush ends the turn of the event loop in which something was queued, so that a
 * socket gets everything of a turn in one write. Work beyond a slice continues in the next turn, and later events wait for
 * it: each connection in its turn gets everything queued for it, in order.
 */
import type { Clock } from '../clock.ts';
import type { Connection, Queue } from './connection.ts';
import { FlushQueue } from './flush-queue.ts';
import { appendFrame, appendLines, writeOutbox } from './outbox.ts';
import type { Unsent } from './unsent.ts';

/** Both queues, in the order of a flush. */
export const QUEUES: readonly Queue[] = ['prompt', 'bulk'];

/** Dependencies of the outboxes. */
export type OutboxesDeps = {
  clock: Clock;
  unsent: Unsent;
  /** Called before each round of a queue. Adds the rooms' batches to outboxes until `endMs` (monotonic). */
  fill: (queue: Queue, endMs: number) => void;
  /** Whether rooms have a batch for a queue. */
  hasMore: (queue: Queue) => boolean;
};

/** Milliseconds that a flush may use of one turn. Between two slices, the server reads and answers. */
export const SLICE_MS = 5;

/** Owns the queues of connections that wait for a flush. */
export class Outboxes {
  readonly #clock: Clock;
  readonly #unsent: Unsent;
  readonly #fill: (queue: Queue, endMs: number) => void;
  readonly #hasMore: (queue: Queue) => boolean;
  readonly #queues = { prompt: new FlushQueue('prompt'), bulk: new FlushQueue('bulk') };
  /** Whether a queue's round continues in the next turn. Batches of rooms wait until it has reached every connection. */
  readonly #isCut: { [K in Queue]: boolean } = { prompt: false, bulk: false };
  #isPlanned = false;
  #writes = 0;

  constructor({ clock, unsent, fill, hasMore }: OutboxesDeps) {
    this.#clock = clock;
    this.#unsent = unsent;
    this.#fill = fill;
    this.#hasMore = hasMore;
  }

  /** Writes to links since the start. */
  get writes(): number {
    return this.#writes;
  }

  /** Queues lines for one connection, to be framed together. Does nothing for one that has ended. */
  addLines(connection: Connection, lines: readonly string[], queue: Queue = 'prompt'): void {
    if (!connection.isOpen) return;
    appendLines(connection, lines);
    this.#enqueue(connection, queue);
  }

  /** Queues a frame that other connections share. */
  addFrame(connection: Connection, frame: Buffer, queue: Queue): void {
    appendFrame(connection, frame);
    this.#enqueue(connection, queue);
  }

  /** Takes a connection out of its queue. */
  drop(connection: Connection): void {
    connection.queue = null;
  }

  /** Makes sure that a flush follows this turn of the event loop. */
  planFlush(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(this.#flushSlice);
  }

  /** Flushes everything now, however long it takes. */
  flush(): void {
    for (const queue of QUEUES) while (!this.#flushQueue(queue, Number.POSITIVE_INFINITY));
  }

  /** Writes one connection's outbox now. */
  write(connection: Connection): void {
    connection.queue = null;
    if (!connection.isOpen || !writeOutbox(connection)) return;
    this.#writes++;
    this.#unsent.measure(connection);
    if (connection.fencedRooms) reportFences(connection);
  }

  #enqueue(connection: Connection, queue: Queue): void {
    // The prompt queue is flushed first, and a flush writes all that waits.
    if (connection.queue !== 'prompt') this.#queues[queue].add(connection);
    this.planFlush();
  }

  readonly #flushSlice = (): void => {
    this.#isPlanned = false;
    const now = this.#clock.now();
    // The bulk queue gets half of the slice, also while the prompt queue is never empty.
    const hasBulk = this.#isCut.bulk || this.#hasMore('bulk');
    const isDone = this.#flushQueue('prompt', now + (hasBulk ? SLICE_MS / 2 : SLICE_MS));
    if (!this.#flushQueue('bulk', now + SLICE_MS) || !isDone) this.planFlush();
  };

  /** Writes to a queue's connections until `endMs`. Returns whether nothing is left. */
  #flushQueue(queue: Queue, endMs: number): boolean {
    const waiting = this.#queues[queue];
    if (!this.#isCut[queue]) this.#fill(queue, endMs);
    for (let connection = waiting.first(); connection; connection = waiting.first()) {
      this.write(connection);
      if (this.#clock.now() >= endMs) break;
    }
    this.#isCut[queue] = waiting.first() !== null;
    return !this.#isCut[queue] && !this.#hasMore(queue);
  }
}

/** Reports the rooms that the person was removed from to the link: the events for it have just been written. */
function reportFences(connection: Connection): void {
  const rooms = connection.fencedRooms;
  connection.fencedRooms = null;
  for (const roomId of rooms ?? []) connection.link.fenced(roomId);
}
