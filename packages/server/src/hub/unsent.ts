/**
 * What the links have not passed on to the system, over the whole node, and its bound [B1]. Bytes are counted for each
 * link that holds them. That is more than the memory they take where slow readers share a room's frames, and never less.
 * Counted are writes, drains and the look once a second: a delivery costs no walk over the connections.
 */
import type { Connection } from './connection.ts';
import { NODE_MAX_BYTES, NODE_PRESSED_BYTES, NODE_SLACK_BYTES, PRESSED_SHARE } from './limits.ts';

export type Unsent = {
  /** Looks at a connection's link anew: after a write, and when it has passed something on. */
  look(connection: Connection): void;
  /** Counts a connection no more. */
  drop(connection: Connection): void;
  /** `maxBytes`, or a share of it while the node holds much: who has most unsent is the first not to be queued for. */
  limit(maxBytes: number): number;
  /** The sum. */
  readonly bytes: number;
};

export function createUnsent(): Unsent {
  /** Those with anything unsent. */
  const holders = new Set<Connection>();
  let sum = 0;
  let relieveAbove = NODE_MAX_BYTES;
  let isRelieving = false;

  function set(connection: Connection, bytes: number): void {
    sum += bytes - connection.unsentBytes;
    connection.unsentBytes = bytes;
    if (bytes > 0) holders.add(connection);
    else holders.delete(connection);
  }

  /** Ends those who hold most until the rest is well within the bound. */
  function relieve(): void {
    isRelieving = true;
    for (const connection of holders) set(connection, connection.link.queuedBytes());
    if (sum > NODE_MAX_BYTES) {
      const worstFirst = [...holders].sort((a, b) => b.unsentBytes - a.unsentBytes);
      for (const connection of worstFirst) {
        if (sum <= NODE_PRESSED_BYTES) break;
        set(connection, 0);
        connection.link.close('slow_reader');
      }
    }
    relieveAbove = Math.max(NODE_MAX_BYTES, sum + NODE_SLACK_BYTES);
    isRelieving = false;
  }

  return {
    look(connection) {
      const bytes = connection.isOpen ? connection.link.queuedBytes() : 0;
      if (bytes !== connection.unsentBytes) set(connection, bytes);
      // An end writes a last word, and comes back to here.
      if (sum > relieveAbove && !isRelieving) relieve();
    },
    drop: (connection) => set(connection, 0),
    limit: (maxBytes) => (sum > NODE_PRESSED_BYTES ? maxBytes * PRESSED_SHARE : maxBytes),
    get bytes() {
      return sum;
    },
  };
}
