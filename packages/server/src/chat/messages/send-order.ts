/** The order of one connection's sends [S4]: a gate for each room. */
import { ChatError } from '@banter/protocol';
import { OrderGate } from '../../store/append/order-gate.ts';

/** The gates of one connection, by room. */
export type SendOrder = Map<number, OrderGate>;

/** How many rooms one connection may send to. No honest client sends to more. */
const GATES_MAX = 10_000;
const RETRY_AFTER_MS = 60_000;

/**
 * Returns the gate of a room, and creates it for the first send.
 * @throws ChatError rate_limited above GATES_MAX rooms.
 */
export function gateOf(order: SendOrder, roomId: number): OrderGate {
  const known = order.get(roomId);
  if (known) return known;
  if (order.size >= GATES_MAX) {
    throw new ChatError('rate_limited', 'this connection sends to too many rooms: open a new one', {
      retryAfterMs: RETRY_AFTER_MS,
    });
  }
  const gate = new OrderGate();
  order.set(roomId, gate);
  return gate;
}
