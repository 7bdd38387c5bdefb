/** Pull mode: reads subscriptions from the store, one page at a time, no faster than their readers accept it [B1]. */
import type { Connection, Subscription } from '../connection.ts';
import type { Page } from '../frame-run.ts';
import { READ_MAX_BYTES } from '../limits.ts';
import type { Outboxes } from '../outboxes.ts';
import type { Slices } from '../slices.ts';
import { shareOf } from '../subscription.ts';
import type { Unsent } from '../unsent.ts';
import type { PageReader } from './page-reader.ts';

/** Dependencies of pull mode. */
export type PullDeps = {
  pages: PageReader;
  slices: Slices;
  outboxes: Outboxes;
  unsent: Unsent;
  /** Makes a subscription live if it has reached its room's head; false when there is more to read. */
  goLive: (subscription: Subscription) => boolean;
  /** Ends a subscription whose last queued event removes its person from the room [A3]. */
  fence: (subscription: Subscription) => void;
};

/**
 * How often a subscription re-reads a page whose room changed during the read. Afterwards it uses the page as it was
 * read: the change follows as an event.
 */
const OUTDATED_PAGES_MAX = 3;

/** Serves the subscriptions in pull mode. Connections and subscriptions hold its progress. */
export class Pull {
  readonly #pages: PageReader;
  readonly #slices: Slices;
  readonly #outboxes: Outboxes;
  readonly #unsent: Unsent;
  readonly #goLive: (subscription: Subscription) => boolean;
  readonly #fence: (subscription: Subscription) => void;

  constructor({ pages, slices, outboxes, unsent, goLive, fence }: PullDeps) {
    this.#pages = pages;
    this.#slices = slices;
    this.#outboxes = outboxes;
    this.#unsent = unsent;
    this.#goLive = goLive;
    this.#fence = fence;
  }

  /** Continues with a connection's subscriptions in pull mode. Does nothing while that is in progress. */
  wake(connection: Connection): void {
    if (!connection.isPulling) void this.#run(connection);
  }

  /** Serves one room after the other, so that a connection never holds more than one page. */
  async #run(connection: Connection): Promise<void> {
    connection.isPulling = true;
    try {
      for (let next = this.#nextPulling(connection); next; next = this.#nextPulling(connection)) {
        await this.#pullUp(next);
      }
    } finally {
      // In the same tick as the last check: a drain between the two would wake nobody.
      connection.isPulling = false;
    }
  }

  #nextPulling(connection: Connection): Subscription | null {
    if (!connection.isOpen || !this.#mayRead(connection)) return null;
    for (const subscription of connection.subscriptions.values()) {
      if (subscription.mode === 'pulling') return subscription;
    }
    return null;
  }

  #mayRead(connection: Connection): boolean {
    return this.#unsent.fits(connection, READ_MAX_BYTES);
  }

  /** Returns when the subscription is live or has ended, or when its reader has enough for now. */
  async #pullUp(subscription: Subscription): Promise<void> {
    const { room, connection } = subscription;
    let outdated = 0;
    while (subscription.isOpen && subscription.mode === 'pulling' && this.#mayRead(connection)) {
      if (this.#slices.isOver()) {
        await this.#slices.next();
        continue;
      }
      subscription.page ??= this.#pages.recentPage(room, subscription.position);
      if (!subscription.page) {
        const { generation } = room;
        const page = await this.#pages.readInTurn(room, subscription.position, connection.spender);
        if (page && (room.generation === generation || ++outdated > OUTDATED_PAGES_MAX))
          subscription.page = page;
        continue;
      }
      const { isLast } = subscription.page;
      if (!this.#handOver(subscription, subscription.page)) continue;
      subscription.page = null;
      if (subscription.isOpen && (isLast || room.head !== null) && this.#goLive(subscription)) return;
    }
  }

  /** Queues as much of a page as the reader may have unsent. Returns whether that was all of it. */
  #handOver(subscription: Subscription, { runs }: Page): boolean {
    for (const run of runs) {
      const share = shareOf(subscription, run);
      if (!share) continue;
      if (!this.#mayRead(subscription.connection)) return false;
      this.#outboxes.addFrame(subscription.connection, share.frame, 'prompt');
      subscription.position = share.lastSeq;
      if (share.isFenced) {
        this.#fence(subscription);
        return true;
      }
    }
    return true;
  }
}
