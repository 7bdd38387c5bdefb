/** What an app is made with. */
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { HttpLimits } from '../http/server.ts';
import type { Log } from '../log.ts';

export type AppDeps = {
  config: Config;
  clock: Clock;
  log: Log;
  /** The folder of the built page. */
  pageDir: string;
  /** Gives request ids. */
  newId?: () => string;
  /** How long slow peers are waited for; the usual limits by default. */
  httpLimits?: HttpLimits;
};
