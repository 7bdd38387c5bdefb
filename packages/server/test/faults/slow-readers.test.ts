/** Five of a hundred readers are slow, and two of these read nothing at all until the end. */

import { expect, it } from 'vitest';
import type { Connection } from '../../src/hub/connection.ts';
import { until } from '../harness/wait.ts';
import { type Seams, startJudgedApp } from '../history/app.ts';
import { explain } from '../history/check.ts';
import type { Reading } from '../history/client.ts';
import { judge } from '../history/run.ts';

const TEST_MAX_MS = 240_000;
const READERS = 100;
const SLOW: Record<number, Reading> = { 10: 'slow', 20: 'slow', 30: 'slow', 40: 'none', 50: 'none' };
/** Long messages, so that who does not read is soon further behind than the system's buffers reach. */
const CONTENT_CHARS = 5_000;
/** What is said after the server has stopped pushing to them. */
const SENDS_BEHIND = 100;

it('[B1] gives all to all, also to those whom it stopped pushing to', { timeout: TEST_MAX_MS }, async () => {
  const connections = new Map<number, Connection>();
  const app = await startJudgedApp(watching(connections));
  const isPulling = (userId = 0) =>
    [...(connections.get(userId)?.subscriptions.values() ?? [])].some(({ mode }) => mode === 'pulling');
  try {
    const { violations, figures, clients } = await judge({
      name: 'slow readers, 5 of 100',
      server: app,
      clients: READERS,
      rooms: 1,
      readingOf: (client) => SLOW[client] ?? 'eager',
      talking: { contentChars: CONTENT_CHARS, pauseMs: 250, outstanding: 1 },
      meanwhile: async ({ clients, progress }) => {
        const silent = clients.filter((_, i) => SLOW[i] === 'none');
        await until('both are behind', () => silent.every(({ userId }) => isPulling(userId)), TEST_MAX_MS);
        await progress(SENDS_BEHIND);
      },
    });
    expect(explain(violations)).toBe('no violation');
    expect(figures.lost).toBe(0);
    expect(clients.filter(({ catchUps }, i) => SLOW[i] === 'none' && catchUps === 0)).toEqual([]);
  } finally {
    await app.close();
  }
});

/** Keeps every person's newest connection, as the hub sees it. */
function watching(connections: Map<number, Connection>): Seams {
  return {
    hub: (real) => ({
      ...real,
      open(link, identity) {
        const connection = real.open(link, identity);
        connections.set(identity.userId, connection);
        return connection;
      },
    }),
  };
}
