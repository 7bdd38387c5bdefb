/** The order in which connections are flushed. */
import type { Connection, Queue } from './connection.ts';

/**
 * Connections that wait for a flush. Each knows in which queue it waits, so it leaves a queue by forgetting it: its old place
 * is passed over. Thousands join and leave in each flush, and a set would pay for each.
 */
export class FlushQueue {
  readonly #name: Queue;
  readonly #places: Connection[] = [];
  #first = 0;

  constructor(name: Queue) {
    this.#name = name;
  }

  /** How many places it keeps, served ones included. */
  get places(): number {
    return this.#places.length;
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
      if (connection?.queue === this.#name) {
        this.#dropServed();
        return connection;
      }
    }
    places.length = 0;
    this.#first = 0;
    return null;
  }

  /** Under lasting load the queue is never empty, and its served places would keep growing. */
  #dropServed(): void {
    if (this.#first < SERVED_MAX || this.#first * 2 < this.#places.length) return;
    this.#places.splice(0, this.#first);
    this.#first = 0;
  }
}

/** Served places that a queue keeps at least, so that they are dropped seldom and many at once. */
const SERVED_MAX = 1_000;
