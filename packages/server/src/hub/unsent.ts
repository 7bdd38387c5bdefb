/**
 * The node's sum of unsent bytes, and its bound [B1]. Bytes count for each link that holds them: more than the memory they
 * take when slow readers share a room's frames, never less. A link is measured after a write, after a drain, and once a
 * second, so that a delivery never walks over the connections.
 */
import type { Connection } from './connection.ts';
import { NODE_MAX_BYTES, NODE_PRESSED_BYTES, NODE_SLACK_BYTES, PRESSED_SHARE } from './limits.ts';
import { unsentBytes } from './outbox.ts';

/** Owns the sum. */
export class Unsent {
  /** Connections with anything unsent. */
  readonly #holders = new Set<Connection>();
  #sum = 0;
  #relieveAbove = NODE_MAX_BYTES;
  #isRelieving = false;

  /** Whether a connection's unsent bytes and `addedBytes` stay within `maxBytes`, or a share of it while the node is pressed. */
  fits(connection: Connection, maxBytes: number, addedBytes = 0): boolean {
    const limit = this.#sum > NODE_PRESSED_BYTES ? maxBytes * PRESSED_SHARE : maxBytes;
    return unsentBytes(connection) + addedBytes <= limit;
  }

  /** Measures a connection's link. Closes the links with most unsent when the sum is over its bound. */
  measure(connection: Connection): void {
    const bytes = connection.isOpen ? connection.link.queuedBytes() : 0;
    if (bytes !== connection.countedBytes) this.#set(connection, bytes);
    // A close writes a last frame, which is measured here too.
    if (this.#sum > this.#relieveAbove && !this.#isRelieving) this.#relieve();
  }

  /** Takes a connection that has ended out of the sum. */
  drop(connection: Connection): void {
    this.#set(connection, 0);
  }

  #set(connection: Connection, bytes: number): void {
    this.#sum += bytes - connection.countedBytes;
    connection.countedBytes = bytes;
    if (bytes > 0) this.#holders.add(connection);
    else this.#holders.delete(connection);
  }

  /** Measures every link again, then closes those with most unsent if the sum is still over the bound. */
  #relieve(): void {
    this.#isRelieving = true;
    for (const connection of this.#holders) this.#set(connection, connection.link.queuedBytes());
    if (this.#sum > NODE_MAX_BYTES) this.#closeWorst();
    this.#relieveAbove = Math.max(NODE_MAX_BYTES, this.#sum + NODE_SLACK_BYTES);
    this.#isRelieving = false;
  }

  #closeWorst(): void {
    const worstFirst = [...this.#holders].sort((a, b) => b.countedBytes - a.countedBytes);
    for (const connection of worstFirst) {
      if (this.#sum <= NODE_PRESSED_BYTES) break;
      this.#set(connection, 0);
      connection.link.close('slow_reader');
    }
  }
}
