/** The reading side of a room's log. */
import type { LogEntry, Timeline, TimelinePatch } from '../types/log.ts';
import type { Pages } from './pages.ts';
import type { RowList } from './row-list.ts';

/** A room's rows and pages as a user interface uses them. */
export class RoomTimeline implements Timeline {
  readonly roomId: number;
  readonly #list: RowList;
  readonly #pages: Pages;

  constructor(roomId: number, list: RowList, pages: Pages) {
    this.roomId = roomId;
    this.#list = list;
    this.#pages = pages;
  }

  get entries(): readonly LogEntry[] {
    return this.#list.rows;
  }

  get hasOlder(): boolean {
    return this.#pages.hasOlder;
  }

  get isLoading(): boolean {
    return this.#pages.isLoading;
  }

  load(): Promise<void> {
    return this.#pages.load();
  }

  loadOlder(): Promise<void> {
    return this.#pages.loadOlder();
  }

  loadAround(seq: number): Promise<void> {
    return this.#pages.loadAround(seq);
  }

  fillHole(): Promise<void> {
    return this.#pages.fillHole();
  }

  onPatch(listener: (patch: TimelinePatch) => void): () => void {
    return this.#list.onPatch(listener);
  }
}
