/** PostgreSQL dies, hangs, or is out of reach while people talk. */

import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { createTestDatabase } from '../harness/database.ts';
import { openLineProxy } from '../harness/line-proxy.ts';
import { beginOutage } from '../harness/outage.ts';
import { startServer } from '../harness/server.ts';
import { until } from '../harness/wait.ts';
import { explain } from '../history/check.ts';
import type { Entry, History } from '../history/record.ts';
import { judge } from '../history/run.ts';
import { startEmbeddedServer } from './embedded.ts';

const TEST_MAX_MS = 240_000;
/** How long the store is away: longer than the 5 s after which a send must be answered. */
const AWAY_MS = 10_000;
const KILLS = 3;
/** The statements whose answer is lost, one after the other. */
const CUT = ['messages', 'join', 'leave', 'kick', 'join', 'messages'].map((name) => `append.${name}`);
/** What the server logs when a line to the store breaks. */
const TOLD_OF_LINE = 'the store refused or was out of reach';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

it('[S3] keeps every promise through three kills of PostgreSQL', { timeout: TEST_MAX_MS }, async () => {
  const { server, judged, signal, back, close } = await startEmbeddedServer();
  ends.push(close);
  const { pid } = server;
  const { violations, figures } = await judge({
    name: 'SIGKILL of PostgreSQL',
    server: judged,
    clients: 12,
    churnEvery: 60,
    meanwhile: async (run) => {
      for (let kill = 0; kill < KILLS; kill++) {
        await run.progress(100);
        await signal('SIGKILL');
        await back();
      }
      await run.progress(100);
    },
  });
  expect(explain(violations)).toBe('no violation');
  expect(server.pid).toBe(pid);
  expect(figures.lost).toBe(0);
});

it('[S6] answers in 5 s and drops no socket while PostgreSQL hangs', { timeout: TEST_MAX_MS }, async () => {
  const { judged, signal, back, close } = await startEmbeddedServer();
  ends.push(close);
  const { violations, figures } = await judge({
    name: 'SIGSTOP of PostgreSQL for 10 s',
    server: judged,
    clients: 12,
    meanwhile: async (run) => {
      await run.progress(100);
      await signal('SIGSTOP');
      await delay(AWAY_MS);
      await signal('SIGCONT');
      await back();
      await run.progress(100);
    },
  });
  expect(explain(violations)).toBe('no violation');
  expect(figures.lost).toBe(0);
});

it('[S6] refuses in 5 s and drops no socket while the store is out of reach', {
  timeout: TEST_MAX_MS,
}, async () => {
  const server = await startServer();
  ends.push(server.close);
  let history: History | null = null;
  const { violations, figures } = await judge({
    name: 'database out of reach for 10 s',
    server,
    clients: 12,
    meanwhile: async (run) => {
      history = run.history;
      await run.progress(100);
      const outage = await beginOutage(server.databaseUrl);
      await delay(AWAY_MS);
      await outage.end();
      await run.progress(100);
    },
  });
  expect(explain(violations)).toBe('no violation');
  expect(figures.lost).toBe(0);
  expect(refusals(history).every(({ code }) => code === 'unavailable' || code === 'order_gap')).toBe(true);
  expect(figures.refused).toBeGreaterThan(0);
});

it("[S3] loses and doubles nothing when a commit's answer is lost", { timeout: TEST_MAX_MS }, async () => {
  const database = await createTestDatabase();
  const line = await openLineProxy(database.url);
  const server = await startServer({ env: { DATABASE_URL: line.url } });
  ends.push(database.drop, line.close, server.close);
  const cuts = () => server.output().split(TOLD_OF_LINE).length - 1;
  const { violations } = await judge({
    name: "the commit's answer lost",
    server: { url: server.url, databaseUrl: database.url },
    clients: 12,
    churnEvery: 10,
    meanwhile: async (run) => {
      for (const statement of CUT) {
        const before = cuts();
        line.cutAfter(statement);
        await until(`the line is cut after ${statement}`, () => cuts() > before, TEST_MAX_MS);
        await run.progress(50);
      }
    },
  });
  expect(explain(violations)).toBe('no violation');
});

function refusals(history: History | null): Extract<Entry, { kind: 'refused' }>[] {
  return (history?.entries ?? []).filter((entry) => entry.kind === 'refused');
}
