/** A whole server inside the test's process, with a clock that the test moves. */

import { type App, createApp } from '../../src/app/app.ts';
import type { Clock } from '../../src/clock.ts';
import { systemClock } from '../../src/clock.ts';
import { loadConfig } from '../../src/config/config.ts';
import type { HttpLimits } from '../../src/http/server.ts';
import { createLog } from '../../src/log.ts';
import { createTestDatabase } from './database.ts';

export type TestApp = {
  url: string;
  databaseUrl: string;
  /** What the app holds for its live sockets. */
  counts: App['counts'];
  close(): Promise<void>;
};

export type TestAppOptions = {
  env?: Record<string, string>;
  clock?: Clock;
  /** The folder of a page to serve; without one there is none. */
  pageDir?: string;
  /** How long slow peers are waited for. */
  httpLimits?: HttpLimits;
};

const NO_PAGE = '/nonexistent';
const CLOSING_STEP_MS = 10;

/** Starts an app on a database of its own and a free port. */
export async function startApp({
  env = {},
  clock = systemClock,
  pageDir = NO_PAGE,
  httpLimits,
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
  const app = await createApp({ config, clock, log, pageDir, ...(httpLimits ? { httpLimits } : {}) });
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

/** Waits for something that waits for time to pass, also where the clock stands still. */
async function whileMoving(
  clock: Clock & { advance?: (ms: number) => void },
  work: Promise<void>,
): Promise<void> {
  const push = setInterval(() => clock.advance?.(CLOSING_STEP_MS), CLOSING_STEP_MS);
  await work.finally(() => clearInterval(push));
}

/** The machine's clock, whose timers and readings a test can move on. */
export function createTestClock(): Clock & { advance(ms: number): void } {
  let ahead = 0;
  const timers = new Set<{ dueAt: number; run: () => void }>();
  const now = () => systemClock.now() + ahead;
  const schedule = (delayMs: number, run: () => void) => {
    const timer = { dueAt: now() + delayMs, run };
    timers.add(timer);
    const callOff = systemClock.after(delayMs, () => fire(timer));
    return () => {
      timers.delete(timer);
      callOff();
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
      let callOff = () => {};
      const again = () => {
        callOff = schedule(periodMs, () => {
          run();
          again();
        });
      };
      again();
      return () => callOff();
    },
    advance(ms) {
      ahead += ms;
      for (const timer of [...timers].sort((a, b) => a.dueAt - b.dueAt)) {
        if (timer.dueAt <= now()) fire(timer);
      }
    },
  };
}
