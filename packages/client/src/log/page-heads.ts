/**
 * Pages that are ahead of the events. A page contains the effect of all events up to the room's head at the time, so an
 * amendment up to that head must not be applied to its messages again.
 */
import type { Amendment, Message, MessagePage } from '@banter/protocol';

/** A page's messages, from one seq to another, and the room's head when the page was read. */
type PageHead = { first: number; last: number; head: number };

/** Remembers the heads of pages until the events have caught up with them. */
export class PageHeads {
  #heads: PageHead[] = [];

  /** Records a page that is about to be shown. */
  record({ messages, head }: MessagePage): void {
    const [first, last] = [messages[0], messages.at(-1)];
    if (first && last && head !== undefined) this.#heads.push({ first: first.seq, last: last.seq, head });
  }

  /** Forgets pages that the events have caught up with; called with each amendment before it is applied. */
  advanceTo({ seq }: Amendment): void {
    this.#heads = this.#heads.filter(({ head }) => head >= seq);
  }

  /** Whether a message came with a page that already contains the amendment given to `advanceTo`. */
  covers({ seq }: Message): boolean {
    return this.#heads.some(({ first, last }) => first <= seq && seq <= last);
  }

  /** Forgets all pages. */
  clear(): void {
    this.#heads = [];
  }
}
