/** The app's dependencies. */
import type { ReadFreeSpace } from '../chat/limits/disk-space.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { FairQueueLimits } from '../fair-queue/limits.ts';
import type { HttpLimits } from '../http/connections/server.ts';
import type { Log } from '../log.ts';

/** The settings, and the parts that tests replace. */
export type AppDeps = {
  config: Config;
  clock: Clock;
  log: Log;
  /** The folder of the built page. */
  pageDir: string;
  /** Creates request ids; random by default. */
  newId?: () => string;
  /** How long the HTTP server waits for slow clients; the usual limits by default. */
  httpLimits?: HttpLimits;
  /** How many statements of callers run and wait; STATEMENT_LIMITS by default. */
  statementLimits?: FairQueueLimits;
  /** Reads the free space for the database; by default that of the settings. */
  readFreeSpace?: ReadFreeSpace;
};
