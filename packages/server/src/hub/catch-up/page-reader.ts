/** Reads pages of rooms: from recent events, or from the store, where readers of the same page share one read. */
import { ChatError, type RoomEvent } from '@banter/protocol';
import { type Clock, pause } from '../../clock.ts';
import type { Spender } from '../../fair-queue/limits.ts';
import { toEncodedEvent } from '../encoded-event.ts';
import { cutRuns, type Page } from '../frame-run.ts';
import { PAGE_EVENTS } from '../limits.ts';
import type { Room } from '../room.ts';
import type { Recent } from './recent.ts';
import { pageStart } from './recent-blocks.ts';

/** Reads up to `limit` events of a room above `after`, in seq order. Fewer mean that the room's head was reached. */
export type ReadEvents = (roomId: number, after: number, limit: number) => Promise<RoomEvent[]>;

/** Runs `work` when it is the spender's turn. @throws ChatError rate_limited, overloaded: too many others wait. */
export type InTurn = <T>(spender: Spender, work: () => Promise<T>) => Promise<T>;

/** Dependencies of a page reader. */
export type PageReaderDeps = {
  /** Reads missing events, which everybody in the room waits for. */
  readEvents: ReadEvents;
  /** Reads pages for one reader, in turn. */
  readPage: ReadEvents;
  inTurn: InTurn;
  recent: Recent;
  clock: Clock;
  /** Called with the error of each failed read. The read is retried. */
  onProblem: (error: unknown) => void;
};

/** A failed read is tried again after this pause. */
const RETRY_PAUSE_MS = 250;

/** Reads pages. The rooms hold the reads that are in progress. */
export class PageReader {
  readonly #readEvents: ReadEvents;
  readonly #readPageEvents: ReadEvents;
  readonly #inTurn: InTurn;
  readonly #recent: Recent;
  readonly #clock: Clock;
  readonly #onProblem: (error: unknown) => void;

  constructor({ readEvents, readPage, inTurn, recent, clock, onProblem }: PageReaderDeps) {
    this.#readEvents = readEvents;
    this.#readPageEvents = readPage;
    this.#inTurn = inTurn;
    this.#recent = recent;
    this.#clock = clock;
    this.#onProblem = onProblem;
  }

  /** Returns recent events, of which the first is the one after `position`, or earlier; null when that one is not kept. */
  recentPage(room: Room, position: number): Page | null {
    const runs = this.#recent.find(room.id, position);
    return runs && { runs, isLast: false };
  }

  /**
   * Reads the page with the event after `position` when it is the spender's turn. The turn comes before the sharing, so
   * that nobody waits in the line of another reader. It ends with the read, so that a store that fails keeps no turns.
   * @returns null after a pause if the line was full or the read failed: try again.
   */
  async readInTurn(room: Room, position: number, spender: Spender | undefined): Promise<Page | null> {
    const read = async () => this.recentPage(room, position) ?? (await this.#read(room, position));
    try {
      const page = await (spender ? this.#inTurn(spender, read) : read());
      if (!page) await pause(this.#clock, RETRY_PAUSE_MS);
      return page;
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      await pause(this.#clock, error.retryAfterMs ?? RETRY_PAUSE_MS);
      return null;
    }
  }

  /**
   * Reads the events above `after` as the store has them now, and retries until it answers. Returns none once nobody
   * follows the room: no later edit would drop this page, and it may hold a text that must vanish.
   */
  async readNow(room: Room, after: number): Promise<RoomEvent[]> {
    while (room.isFollowed) {
      try {
        const events = await this.#readEvents(room.id, after, PAGE_EVENTS);
        if (room.isFollowed) return events;
      } catch (error) {
        this.#onProblem(error);
        await pause(this.#clock, RETRY_PAUSE_MS);
      }
    }
    return [];
  }

  /** Reads the page with the event after `position`; null if the read failed. Calls that need the same page share one read. */
  #read(room: Room, position: number): Promise<Page | null> {
    const after = pageStart(position);
    const known = room.reads.get(after);
    if (known) return known;
    const page = this.#readPage(room, after).finally(() => {
      if (room.reads.get(after) === page) room.reads.delete(after);
    });
    room.reads.set(after, page);
    return page;
  }

  async #readPage(room: Room, after: number): Promise<Page | null> {
    const { generation } = room;
    try {
      const read = await this.#readPageEvents(room.id, after, PAGE_EVENTS);
      // Nobody would drop this page after a later edit, as in readNow.
      const events = room.isFollowed ? read.map(toEncodedEvent) : [];
      if (room.generation === generation) this.#recent.remember(room.id, events);
      return { runs: cutRuns(events), isLast: events.length < PAGE_EVENTS };
    } catch (error) {
      this.#onProblem(error);
      return null;
    }
  }
}
