import { expect, test } from 'vitest';
import { createTestLink } from '../../test/harness/hub.ts';
import { type Connection, createConnection } from './connection.ts';
import { FlushQueue } from './flush-queue.ts';

function connect(userId: number): Connection {
  return createConnection(createTestLink(), { userId, username: 'ann', sessionId: userId, onlyRoomId: null });
}

/** Serves the connection that has waited longest. @returns its user id; null for none. */
function serve(queue: FlushQueue): number | null {
  const first = queue.first();
  if (first) first.queue = null;
  return first?.userId ?? null;
}

test('connections are served in the order in which they came, each once', () => {
  const queue = new FlushQueue('prompt');
  const [ann, bob] = [connect(1), connect(2)];
  for (const connection of [ann, bob, ann]) queue.add(connection);
  expect([serve(queue), serve(queue), serve(queue)]).toEqual([1, 2, null]);
});

test('a connection that leaves and returns has its place at the end, or its old one', () => {
  const queue = new FlushQueue('prompt');
  const [ann, bob] = [connect(1), connect(2)];
  queue.add(ann);
  queue.add(bob);
  ann.queue = null;
  expect(serve(queue)).toBe(2);
  queue.add(ann);
  expect([serve(queue), serve(queue)]).toEqual([1, null]);
});

test('a queue that is never empty keeps its order, and lets go of whoever was served', () => {
  const queue = new FlushQueue('bulk');
  const everybody = Array.from({ length: 50_000 }, (_, i) => connect(i));
  const served: (number | null)[] = [];
  for (const connection of everybody) {
    queue.add(connection);
    if (connection.userId >= 10) served.push(serve(queue));
  }
  expect(served).toEqual(served.map((_, i) => i));
  expect(queue.places).toBeLessThan(5_000);
});
