/** The outboxes: what waits for each connection, and the one flush a turn in which all of it goes out. */
import { addLines, type Connection, frameLines } from './connection.ts';

export type OutboxesOptions = {
  /** Called at the beginning of a flush, to add what rooms have gathered. */
  onFlush: () => void;
  /** Called when everything was handed to the links. */
  onFlushed: () => void;
};

export type Outboxes = {
  /** Queues lines for one connection, to be framed together. */
  addLines(connection: Connection, lines: readonly string[]): void;
  /** Queues a frame that other connections share, behind the lines that came before it. */
  addFrame(connection: Connection, frame: Buffer): void;
  /** Forgets what waits for a connection that has ended. */
  drop(connection: Connection): void;
  /** Makes sure that there will be a flush after this turn of the event loop. */
  planFlush(): void;
  /** Writes everything now: one write a connection. */
  flush(): void;
};

export function createOutboxes({ onFlush, onFlushed }: OutboxesOptions): Outboxes {
  const dirty = new Set<Connection>();
  let isPlanned = false;

  function planFlush(): void {
    if (isPlanned) return;
    isPlanned = true;
    // After this turn's other commits and answers: everything a socket gets goes out in one write.
    setImmediate(flush);
  }

  function flush(): void {
    isPlanned = false;
    onFlush();
    for (const connection of dirty) write(connection);
    dirty.clear();
    onFlushed();
  }

  return {
    addLines(connection, lines) {
      if (!connection.isOpen) return;
      addLines(connection, lines);
      dirty.add(connection);
      planFlush();
    },
    addFrame(connection, frame) {
      frameLines(connection);
      connection.frames.push(frame);
      dirty.add(connection);
      planFlush();
    },
    drop: (connection) => void dirty.delete(connection),
    planFlush,
    flush,
  };
}

function write(connection: Connection): void {
  frameLines(connection);
  const { frames, link } = connection;
  connection.frames = [];
  if (connection.isOpen && frames.length > 0) link.write(frames);
}
