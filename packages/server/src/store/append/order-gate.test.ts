import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOrderGate, enterGate, isStale, type OrderTicket, openGap } from './order-gate.ts';

function admitted(ticket: OrderTicket | null): OrderTicket {
  if (!ticket) throw new Error('this send should have been let in');
  return ticket;
}

test('[S4] lets everything in while nothing was refused', () => {
  const gate = createOrderGate();
  const tickets = ['a', 'b', 'a'].map((id) => admitted(enterGate(gate, id)));
  expect(tickets.some(isStale)).toBe(false);
});

test('[S4] after a refusal lets in that id alone, and then everything again', () => {
  const gate = createOrderGate();
  openGap(admitted(enterGate(gate, 'a')));
  expect(enterGate(gate, 'b')).toBeNull();
  expect(enterGate(gate, 'a')).not.toBeNull();
  expect(enterGate(gate, 'b')).not.toBeNull();
});

test('[S4] what was let in behind a refused send must not be stored; what was let in before it may', () => {
  const gate = createOrderGate();
  const [before, refused, behind] = ['a', 'b', 'c'].map((id) => admitted(enterGate(gate, id)));
  if (!before || !refused || !behind) throw new Error('three were let in');
  openGap(refused);
  expect([isStale(before), isStale(refused), isStale(behind)]).toEqual([false, false, true]);
  const again = admitted(enterGate(gate, 'b'));
  expect([isStale(again), isStale(behind)]).toEqual([false, true]);
});

test('[S4] of several refusals the earliest send is the gap', () => {
  const gate = createOrderGate();
  const [first, second] = [admitted(enterGate(gate, 'a')), admitted(enterGate(gate, 'b'))];
  openGap(second);
  openGap(first);
  expect(enterGate(gate, 'b')).toBeNull();
  expect(enterGate(gate, 'a')).not.toBeNull();
});

/** A connection whose sends are let in, stored from the front or refused for now, and repeated from the refused one on. */
test('[S4] stores one author’s sends in the order sent, however they are refused and repeated', () => {
  const step = fc.oneof(
    fc.constant('send' as const),
    fc.constant('store' as const),
    fc.constant('refuse' as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const gate = createOrderGate();
      const waiting: { n: number; ticket: OrderTicket }[] = [];
      const stored: number[] = [];
      let next = 0;
      let resendFrom: number | null = null;
      for (const one of steps) {
        if (one === 'send') {
          const n = resendFrom ?? next;
          const ticket = enterGate(gate, `id-${n}`);
          if (!ticket) continue;
          waiting.push({ n, ticket });
          resendFrom = null;
          next = n + 1;
        } else {
          const job = waiting.shift();
          if (!job || isStale(job.ticket)) continue;
          if (one === 'store') stored.push(job.n);
          else {
            openGap(job.ticket);
            resendFrom = job.n;
          }
        }
      }
      expect(stored).toEqual(stored.map((_, i) => i));
    }),
    { numRuns: 1_000 },
  );
});
