/** Keeps one connection's sends to one room in the order sent, even when one of them is rejected for now [S4]. */
import { ChatError, ERRORS } from '@banter/protocol';

/** A send's place in its connection's order. Sends over HTTP have none. */
export type OrderTicket = { readonly gate: OrderGate; readonly id: string; readonly place: number };

/**
 * Admits the sends of one connection to one room. When a send is rejected with an error that may be retried, it leaves
 * a gap: until a send with its id arrives again, later sends are not admitted.
 */
export class OrderGate {
  /** Set while a send is checked before it is queued: later sends wait for it. Never rejects. */
  hold: Promise<unknown> | null = null;
  /** The earliest send that left a gap. */
  #gap: OrderTicket | null = null;
  /** How many sends were admitted. */
  #lastPlace = 0;
  // Sends with places above the first and up to the second were admitted after the send that left the latest gap.
  #staleAbove = 0;
  #staleUpTo = 0;

  /** Admits a send. Returns null when a gap must be filled first; only a send with the gap's own id fills it. */
  enter(id: string): OrderTicket | null {
    if (this.#gap !== null && this.#gap.id !== id) return null;
    this.#gap = null;
    this.#lastPlace++;
    return { gate: this, id, place: this.#lastPlace };
  }

  /**
   * Records that an admitted send was rejected with `error`; it leaves a gap if it may be retried. Call this in the turn
   * of the rejection, before another send can enter.
   */
  recordRejection(ticket: OrderTicket, error: unknown): void {
    if (!(error instanceof ChatError)) return;
    if (ERRORS[error.code].retryable && error.code !== 'order_gap') this.#openGap(ticket);
  }

  /** Whether a send must not be stored: after it was admitted, an earlier one left a gap. */
  isStale({ place }: OrderTicket): boolean {
    return place > this.#staleAbove && place <= this.#staleUpTo;
  }

  /** Sends admitted before the gap stay valid; those admitted after it become stale. */
  #openGap(ticket: OrderTicket): void {
    if (this.#gap !== null && this.#gap.place <= ticket.place) return;
    this.#gap = ticket;
    // When no send follows this one, keep the range of an earlier gap: its sends may still be queued.
    if (ticket.place === this.#lastPlace) return;
    this.#staleAbove = ticket.place;
    this.#staleUpTo = this.#lastPlace;
  }
}
