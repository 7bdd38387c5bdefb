/** Keeps one connection's sends to one room in the order sent, also when one of them is refused for now [S4]. */
import { ChatError, ERRORS } from '@banter/protocol';

export type OrderGate = {
  /** The earliest send that was refused for now; until its id comes again, later ones are refused. */
  gap: OrderTicket | null;
  /** How many sends were let in. */
  lastPlace: number;
  /** Let in behind the last gap and not to be stored, should they still wait: places above the first, up to the second. */
  stale: { above: number; upTo: number };
  /** While a send is looked into before it goes on, later ones wait for this. Never rejects. */
  hold: Promise<unknown> | null;
};

/** A send's place in its connection's order; without a gate (HTTP) sends have none. */
export type OrderTicket = { readonly gate: OrderGate; readonly id: string; readonly place: number };

export function createOrderGate(): OrderGate {
  return { gap: null, lastPlace: 0, stale: { above: 0, upTo: 0 }, hold: null };
}

/** Lets a send in, or says null: a gap must be filled first. The gap's own id fills it. */
export function enterGate(gate: OrderGate, id: string): OrderTicket | null {
  if (gate.gap !== null && gate.gap.id !== id) return null;
  gate.gap = null;
  gate.lastPlace++;
  return { gate, id, place: gate.lastPlace };
}

/** To be told at once of every send that was let in and refused: where it may be tried again, later ones wait for it. */
export function noteRefusal(ticket: OrderTicket | undefined, error: unknown): void {
  if (!ticket || !(error instanceof ChatError)) return;
  if (ERRORS[error.code].retryable && error.code !== 'order_gap') openGap(ticket);
}

/** Notes that a send was refused for now. What was let in before it keeps its place; what came after it is stale. */
export function openGap(ticket: OrderTicket): void {
  const { gate, place } = ticket;
  if (gate.gap !== null && gate.gap.place <= place) return;
  gate.gap = ticket;
  // With nobody behind it, those of an earlier gap are still to be remembered.
  if (place < gate.lastPlace) gate.stale = { above: place, upTo: gate.lastPlace };
}

/** Whether a gap opened before this send after it was let in. */
export function isStale({ gate, place }: OrderTicket): boolean {
  return place > gate.stale.above && place <= gate.stale.upTo;
}
