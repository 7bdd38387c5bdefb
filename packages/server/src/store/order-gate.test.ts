import { expect, it } from 'vitest';
import { admit, createOrderGate, isStale, type OrderGate, type OrderTicket, openGap } from './order-gate.ts';

it('[S4] what was let in before a refused send keeps its place, what came after it is stale', () => {
  const gate = createOrderGate();
  const [first, second, third] = admitAll(gate, ['first', 'second', 'third']);
  openGap(second);
  expect([first, second, third].map(isStale)).toEqual([false, false, true]);
});

it('[S4] a send that is refused as it comes in makes nothing before it stale', () => {
  const gate = createOrderGate();
  const [first, second] = admitAll(gate, ['first', 'second']);
  openGap(second);
  expect(isStale(first)).toBe(false);
  expect(admit(gate, 'third')).toBeNull();
});

it('[S4] an earlier send that is refused later is the one that must come first', () => {
  const gate = createOrderGate();
  const [first, second] = admitAll(gate, ['first', 'second']);
  openGap(second);
  openGap(first);
  expect(admit(gate, 'second')).toBeNull();
  admitAll(gate, ['first', 'second']);
});

it('[S4] after its gap was filled, a stale send stays stale, and new ones are not', () => {
  const gate = createOrderGate();
  const [first, second] = admitAll(gate, ['first', 'second']);
  openGap(first);
  const [again, next] = admitAll(gate, ['first', 'next']);
  openGap(next);
  expect([second, again, next].map(isStale)).toEqual([true, false, false]);
});

function admitAll<const Ids extends readonly string[]>(
  gate: OrderGate,
  ids: Ids,
): { [K in keyof Ids]: OrderTicket } {
  return ids.map((id) => {
    const ticket = admit(gate, id);
    if (!ticket) throw new Error(`${id} was not let in`);
    return ticket;
  }) as { [K in keyof Ids]: OrderTicket };
}
