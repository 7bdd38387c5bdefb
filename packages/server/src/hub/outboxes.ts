/**
 * The outboxes: what waits for each connection, and the flushes in which it goes out. A flush ends the turn of the event
 * loop in which something came, so that all a socket gets in a turn is one write. What takes longer than a slice goes on
 * in the next turn, and what comes meanwhile gathers: connections are written to one after the other, and each gets what
 * waits for it in the order in which it came.
 */
import type { Clock } from '../clock.ts';
import { addFrame, addLines, type Connection, takeFrames } from './connection.ts';
import type { Unsent } from './unsent.ts';

/** What goes to very many waits in a queue of its own, so that nobody else waits behind all of them. */
export type Queue = 'prompt' | 'bulk';

export type OutboxesOptions = {
  clock: Clock;
  unsent: Unsent;
  /** Called before each round of a queue, to add what rooms have gathered for it, until `endMs` on the clock. */
  fill: (queue: Queue, endMs: number) => void;
  /** Whether rooms have gathered anything for it. */
  hasMore: (queue: Queue) => boolean;
};

export type Outboxes = {
  /** Queues lines for one connection, to be framed together. */
  addLines(connection: Connection, lines: readonly string[], queue?: Queue): void;
  /** Queues a frame that other connections share, behind the lines that came before it. */
  addFrame(connection: Connection, frame: Buffer, queue: Queue): void;
  /** Forgets what waits for a connection that has ended. */
  drop(connection: Connection): void;
  /** Makes sure that there will be a flush after this turn of the event loop. */
  planFlush(): void;
  /** Writes everything now, however long it takes. */
  flush(): void;
  /** Writes what waits for one connection now. */
  write(connection: Connection): void;
  /** Writes since the start. */
  readonly writes: number;
};

/** A slice of a flush; what connections wait for beside it is read and answered between two of them. */
export const SLICE_MS = 5;

export function createOutboxes({ clock, unsent, fill, hasMore }: OutboxesOptions): Outboxes {
  const queues: { [K in Queue]: Set<Connection> } = { prompt: new Set(), bulk: new Set() };
  /** Queues whose round goes on in the next turn: what rooms gather meanwhile waits until all have got what was before. */
  const isCut: { [K in Queue]: boolean } = { prompt: false, bulk: false };
  let isPlanned = false;
  let writes = 0;

  function planFlush(): void {
    if (isPlanned) return;
    isPlanned = true;
    setImmediate(() => {
      isPlanned = false;
      const now = clock.now();
      // Half of the time is the bulk's, also while there is always something prompt.
      const hasBulk = isCut.bulk || hasMore('bulk');
      const isDone = work('prompt', now + (hasBulk ? SLICE_MS / 2 : SLICE_MS));
      if (!work('bulk', now + SLICE_MS) || !isDone) planFlush();
    });
  }

  /** Writes to a queue's connections until `endMs`; says whether nothing is left. */
  function work(queue: Queue, endMs: number): boolean {
    const connections = queues[queue];
    if (!isCut[queue]) fill(queue, endMs);
    for (const connection of connections) {
      write(connection);
      if (clock.now() >= endMs) break;
    }
    isCut[queue] = connections.size > 0;
    return !isCut[queue] && !hasMore(queue);
  }

  function write(connection: Connection): void {
    drop(connection);
    const frames = takeFrames(connection);
    if (!connection.isOpen || frames.length === 0) return;
    connection.link.write(frames);
    writes++;
    unsent.look(connection);
    if (connection.fencedRooms) tellFenced(connection);
  }

  function drop(connection: Connection): void {
    queues.prompt.delete(connection);
    queues.bulk.delete(connection);
  }

  function queue(connection: Connection, name: Queue): void {
    queues[name].add(connection);
    planFlush();
  }

  return {
    addLines(connection, lines, name = 'prompt') {
      if (!connection.isOpen) return;
      addLines(connection, lines);
      queue(connection, name);
    },
    addFrame(connection, frame, name) {
      addFrame(connection, frame);
      queue(connection, name);
    },
    drop,
    planFlush,
    flush() {
      for (const name of ['prompt', 'bulk'] as const) while (!work(name, Number.POSITIVE_INFINITY));
    },
    write,
    get writes() {
      return writes;
    },
  };
}

/** Tells a link of the rooms that its person was shut out of: the events that say so have just been written. */
function tellFenced(connection: Connection): void {
  const rooms = connection.fencedRooms;
  connection.fencedRooms = null;
  for (const roomId of rooms ?? []) connection.link.fenced(roomId);
}
