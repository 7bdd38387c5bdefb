/** Tests that joins and leaves end with their run. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createChance } from '../harness/seed.ts';
import { until } from '../harness/wait.ts';
import { type Busy, createChurn } from './churn.ts';
import { createHistory } from './record.ts';

it('stops sending requests when the run is aborted while an act fails', async () => {
  const server = await startRefusing();
  const run = createRun();
  const churn = createChurn(server, run, createChance(1), 1);
  churn.start();
  run.acked++;
  await until('the first request', () => server.asked > 0);
  await churn.abandon();
  const { asked } = server;
  await expect(churn.stop()).resolves.toBeUndefined();
  expect(server.asked).toBe(asked);
  expect(run.history.entries.map((entry) => entry.kind === 'act' && entry.phase)).toEqual(['invoke']);
});

it('ends when the run is aborted while nothing is acknowledged', async () => {
  const run = createRun();
  const churn = createChurn({ url: 'http://127.0.0.1:1' }, run, createChance(1), 1);
  churn.start();
  await churn.abandon();
  expect(run.history.entries).toEqual([]);
});

/** Starts a server that answers every request with 503. */
async function startRefusing(): Promise<{ url: string; readonly asked: number }> {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    response.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get asked() {
      return asked;
    },
  };
}

function createRun(): Busy & { acked: number } {
  const people = [1, 2].map((id) => ({ user: { id }, token: 'any' }));
  return { history: createHistory(), people, rooms: [{ id: 1 }], acked: 0 };
}
