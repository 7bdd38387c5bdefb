/** The server dies, or is started anew, while people talk. */

import { afterEach, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness/server.ts';
import { explain } from '../history/check.ts';
import type { Closed, History } from '../history/record.ts';
import { judge } from '../history/run.ts';

const KILLS = 5;
const TEST_MAX_MS = 240_000;

let server: TestServer;
afterEach(() => server.close());

it('[O1] keeps every promise through five kills under load', { timeout: TEST_MAX_MS }, async () => {
  server = await startServer();
  const { violations, figures } = await judge({
    name: 'SIGKILL of the server',
    server,
    clients: 16,
    rooms: 3,
    churnEvery: 60,
    meanwhile: async (run) => {
      for (let kill = 0; kill < KILLS; kill++) {
        await run.progress(150);
        await server.kill();
        await server.restart();
        await run.live();
      }
      await run.progress(150);
    },
  });
  expect(explain(violations)).toBe('no violation');
  expect(figures.lost).toBeGreaterThanOrEqual(KILLS * 16);
});

it('[S1] keeps every promise through restarts in order under load', { timeout: TEST_MAX_MS }, async () => {
  server = await startServer();
  const exits: (number | null)[] = [];
  let history: History | null = null;
  const { violations } = await judge({
    name: 'restart in order',
    server,
    clients: 16,
    rooms: 3,
    churnEvery: 60,
    meanwhile: async (run) => {
      history = run.history;
      for (let restart = 0; restart < 2; restart++) {
        await run.progress(150);
        exits.push(await server.stop());
        await server.restart();
        await run.live();
      }
      await run.progress(150);
    },
  });
  expect(explain(violations)).toBe('no violation');
  expect(exits, server.output().slice(-3_000)).toEqual([0, 0]);
  expect(closeCodes(history)).toContain(1001);
});

function closeCodes(history: History | null): number[] {
  const closed = (history?.entries ?? []).filter(
    (entry): entry is Closed & { t: number } => entry.kind === 'closed',
  );
  return [...new Set(closed.map(({ code }) => code))];
}
