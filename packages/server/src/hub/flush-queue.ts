/** The order in which connections are flushed. */
import type { Connection, Queue } from './connection.ts';

/**
 * Connections that wait for a flush. Each knows in which queue it waits, so it leaves a queue by forgetting it: its old place
 * is passed over. Thousands join and leave in each flush, and a set would pay for each.
 */
export class FlushQueue {
  readonly #name: Queue;
  #places: Connection[] = [];
  #first = 0;

  constructor(name: Queue) {
    this.#name = name;
  }

  /** Adds a connection at the end, unless it waits here already. */
  add(connection: Connection): void {
    if (connection.queue === this.#name) return;
    connection.queue = this.#name;
    this.#places.push(connection);
  }

  /** Returns the connection that has waited longest, and leaves it in the queue; null for none. */
  first(): Connection | null {
    const places = this.#places;
    for (; this.#first < places.length; this.#first++) {
      const connection = places[this.#first];
      if (connection?.queue === this.#name) return connection;
    }
    // Kept with its memory for the next flush, unless that was an unusually long one.
    if (places.length > PLACES_KEPT) this.#places = [];
    else places.length = 0;
    this.#first = 0;
    return null;
  }
}

const PLACES_KEPT = 1_000;
