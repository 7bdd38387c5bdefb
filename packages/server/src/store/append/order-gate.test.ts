import { ChatError } from '@banter/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OrderGate, type OrderTicket } from './order-gate.ts';

function enter(gate: OrderGate, id: string): OrderTicket {
  const ticket = gate.enter(id);
  if (!ticket) throw new Error('this send should have been admitted');
  return ticket;
}

/** Rejects an admitted send with an error that may be retried. */
function rejectForNow(ticket: OrderTicket): void {
  ticket.gate.recordRejection(ticket, new ChatError('unavailable'));
}

test('[S4] everything is admitted while nothing was rejected', () => {
  const gate = new OrderGate();
  const tickets = ['a', 'b', 'a'].map((id) => enter(gate, id));
  expect(tickets.some((ticket) => gate.isStale(ticket))).toBe(false);
});

test('[S4] after a rejection only that id is admitted, and then everything again', () => {
  const gate = new OrderGate();
  rejectForNow(enter(gate, 'a'));
  expect(gate.enter('b')).toBeNull();
  expect(gate.enter('a')).not.toBeNull();
  expect(gate.enter('b')).not.toBeNull();
});

test('[S4] an error that no retry can change leaves no gap, nor does order_gap', () => {
  const gate = new OrderGate();
  for (const error of [new ChatError('not_member'), new ChatError('order_gap'), new Error('a defect')])
    gate.recordRejection(enter(gate, 'a'), error);
  expect(gate.enter('b')).not.toBeNull();
});

test('[S4] sends admitted after a rejected one are stale; those admitted before it are not', () => {
  const gate = new OrderGate();
  const [before, rejected, after] = ['a', 'b', 'c'].map((id) => enter(gate, id));
  if (!before || !rejected || !after) throw new Error('three were admitted');
  rejectForNow(rejected);
  expect([before, rejected, after].map((ticket) => gate.isStale(ticket))).toEqual([false, false, true]);
  const again = enter(gate, 'b');
  expect([gate.isStale(again), gate.isStale(after)]).toEqual([false, true]);
});

test('[S4] of several rejected sends the earliest leaves the gap', () => {
  const gate = new OrderGate();
  const [first, second] = [enter(gate, 'a'), enter(gate, 'b')];
  rejectForNow(second);
  rejectForNow(first);
  expect(gate.enter('b')).toBeNull();
  expect(gate.enter('a')).not.toBeNull();
});

/** A connection whose queued sends are stored from the front or rejected, and which resends from the rejected one on. */
test('[S4] one connection’s sends are stored in the order sent, however they are rejected and resent', () => {
  const step = fc.constantFrom('send', 'store', 'reject');
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const gate = new OrderGate();
      const waiting: { n: number; ticket: OrderTicket }[] = [];
      const stored: number[] = [];
      let next = 0;
      let resendFrom: number | null = null;
      for (const each of steps) {
        if (each === 'send') {
          const n = resendFrom ?? next;
          const ticket = gate.enter(`id-${n}`);
          if (!ticket) continue;
          waiting.push({ n, ticket });
          resendFrom = null;
          next = n + 1;
        } else {
          const job = waiting.shift();
          if (!job || gate.isStale(job.ticket)) continue;
          if (each === 'store') stored.push(job.n);
          else {
            rejectForNow(job.ticket);
            resendFrom = job.n;
          }
        }
      }
      expect(stored).toEqual(stored.map((_, i) => i));
    }),
    { numRuns: 1_000 },
  );
});
