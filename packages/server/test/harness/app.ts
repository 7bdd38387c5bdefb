/** Starts a whole server in the test's process, with a clock that the test can advance. */

import { type App, createApp } from '../../src/app/app.ts';
import type { ReadFreeSpace } from '../../src/chat/limits/disk-space.ts';
import type { Clock } from '../../src/clock.ts';
import { systemClock } from '../../src/clock.ts';
import { loadConfig } from '../../src/config/config.ts';
import type { FairQueueLimits } from '../../src/fair-queue/limits.ts';
import type { HttpLimits } from '../../src/http/connections/server.ts';
import { createLog } from '../../src/log.ts';
import { createTestDatabase } from './database.ts';

/** A running server with its own database. */
export type TestApp = {
  url: string;
  databaseUrl: string;
  /** Returns the state that the app holds for its live sockets. */
  counts: App['counts'];
  /** Stops the server and drops the database. */
  close(): Promise<void>;
};

/** How to start the server. */
export type TestAppOptions = {
  /** Further settings. They override those of the harness. */
  env?: Record<string, string>;
  clock?: Clock;
  /** The folder of the built page; no page by default. */
  pageDir?: string;
  /** The time limits for slow clients. */
  httpLimits?: HttpLimits;
  /** How many statements of callers run and wait. */
  statementLimits?: FairQueueLimits;
  /** Reads the room for the database. */
  readFreeSpace?: ReadFreeSpace;
};

const NO_PAGE = '/nonexistent';
const CLOSING_STEP_MS = 10;

/** Starts a server on its own database and a free port. */
export async function startApp({
  env = {},
  clock = systemClock,
  pageDir = NO_PAGE,
  ...own
}: TestAppOptions = {}): Promise<TestApp> {
  const database = await createTestDatabase();
  const config = loadConfig({
    PORT: '0',
    DATABASE_URL: database.url,
    JWT_SECRET: 'a signing key for tests, long enough for any rule',
    LOG_LEVEL: 'fatal',
    RATE_LIMITS: 'off',
    LOBBY: 'off',
    ...env,
  });
  const log = createLog(config, false);
  const app = await createApp({ config, clock, log, pageDir, ...own });
  const { url } = await app.listen();
  return {
    url,
    databaseUrl: database.url,
    counts: app.counts,
    async close() {
      await whileMoving(clock, app.close());
      await database.drop();
    },
  };
}

/** Waits for work that may need time to pass, and advances a test's clock meanwhile. */
async function whileMoving(
  clock: Clock & { advance?: (ms: number) => void },
  work: Promise<void>,
): Promise<void> {
  const push = setInterval(() => clock.advance?.(CLOSING_STEP_MS), CLOSING_STEP_MS);
  await work.finally(() => clearInterval(push));
}

/** Creates a clock that runs with the machine's clock, and that a test can advance. */
export function createTestClock(): Clock & { advance(ms: number): void } {
  let ahead = 0;
  const timers = new Set<{ dueAt: number; run: () => void }>();
  const now = () => systemClock.now() + ahead;
  const schedule = (delayMs: number, run: () => void) => {
    const timer = { dueAt: now() + delayMs, run };
    timers.add(timer);
    const cancel = systemClock.after(delayMs, () => fire(timer));
    return () => {
      timers.delete(timer);
      cancel();
    };
  };
  const fire = (timer: { run: () => void }) => {
    if (timers.delete(timer as never)) timer.run();
  };
  return {
    now,
    wall: () => systemClock.wall() + ahead,
    after: schedule,
    every(periodMs, run) {
      let cancel = () => {};
      const again = () => {
        cancel = schedule(periodMs, () => {
          run();
          again();
        });
      };
      again();
      return () => cancel();
    },
    advance(ms) {
      ahead += ms;
      for (const timer of [...timers].sort((a, b) => a.dueAt - b.dueAt)) {
        if (timer.dueAt <= now()) fire(timer);
      }
    },
  };
}
