/** Keeps one connection's sends to one room in the order sent, also when one of them is refused for now [S4]. */

export type OrderGate = {
  /** The id of the first send that was refused for now; until it comes again, later ones are refused. */
  gapId: string | null;
  /** Grows with every gap: what was accepted before it and still waits must not be stored. */
  generation: number;
};

/** A send's place in its connection's order; without a gate (HTTP) sends have none. */
export type OrderTicket = { gate: OrderGate; generation: number };

export function createOrderGate(): OrderGate {
  return { gapId: null, generation: 0 };
}

/** Lets a send in, or says null: a gap must be filled first. The gap's own id fills it. */
export function admit(gate: OrderGate, id: string): OrderTicket | null {
  if (gate.gapId !== null && gate.gapId !== id) return null;
  gate.gapId = null;
  return { gate, generation: gate.generation };
}

/** Notes that a send was refused for now; only the first of a run opens the gap. */
export function openGap(gate: OrderGate, id: string): void {
  if (gate.gapId !== null) return;
  gate.gapId = id;
  gate.generation++;
}

/** Whether a gap opened after this send was let in. */
export function isStale(ticket: OrderTicket): boolean {
  return ticket.generation !== ticket.gate.generation;
}
