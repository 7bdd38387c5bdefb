/** The program: arguments, environment, signals. */
import { fileURLToPath } from 'node:url';
import { type App, type AppFacts, createApp } from './app/app.ts';
import { systemClock } from './clock.ts';
import { type Config, ConfigError, loadConfig } from './config/config.ts';
import { createLog, type Log } from './log.ts';

/** The same signal again within this time is no second wish: make, timeout and systemd send it to the whole group. */
const ECHO_MS = 500;
/** A stop that hangs is ended by force before whoever asked for it loses patience. */
const STOP_MAX_MS = 9_500;
const PAGE_DIR = fileURLToPath(new URL('../../web/dist', import.meta.url));

await main();

async function main(): Promise<void> {
  const config = configOrExit();
  const log = createLog(config, process.stdout.isTTY === true);
  process.on('uncaughtExceptionMonitor', (error) =>
    log.fatal({ err: error }, 'the process ends by an unexpected error'),
  );
  let app: App | null = null;
  stopOnSignal(() => app, log);
  try {
    app = await createApp({ config, clock: systemClock, log, pageDir: PAGE_DIR });
    greet(await app.listen(), config, log);
    const reason = await app.failed;
    log.fatal({ err: reason }, 'PostgreSQL is gone and does not come back');
  } catch (error) {
    process.stderr.write(`banter cannot start: ${error instanceof Error ? error.message : error}\n`);
    log.debug({ err: error }, 'the start failed');
    await app?.close();
  }
  process.exit(1);
}

function configOrExit(): Config {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(
      `banter cannot start: wrong settings\n${error.problems.map((line) => `  ${line}\n`).join('')}`,
    );
    process.exit(1);
  }
}

/** The first signal stops in order (during the start there is nothing to bring to an end), a second one at once. */
function stopOnSignal(started: () => App | null, log: Log): void {
  let stoppingSince: number | null = null;
  const stop = (signal: NodeJS.Signals) => {
    if (stoppingSince !== null) {
      if (systemClock.now() - stoppingSince > ECHO_MS) process.exit(1);
      return;
    }
    stoppingSince = systemClock.now();
    log.info({ signal }, 'stopping');
    const app = started();
    if (!app) process.exit(0);
    setTimeout(() => {
      log.error('the stop took too long: ending by force');
      process.exit(1);
    }, STOP_MAX_MS).unref();
    app.close().then(
      () => {
        log.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        log.error({ err: error }, 'the stop failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function greet(facts: AppFacts, config: Config, log: Log): void {
  if (!config.rates) log.warn('RATE_LIMITS=off: rate limits are lifted, for measuring on loopback only');
  if (config.logFormat === 'json') log.info(facts, 'listening');
  else process.stdout.write(`${toBlock(facts)}\n`);
}

function toBlock({ url, store, dataDir, people, rooms }: AppFacts): string {
  const counts = `${people} ${people === 1 ? 'person' : 'people'}, ${rooms} ${rooms === 1 ? 'room' : 'rooms'}`;
  const first = people === 0 ? 'nobody yet: the first account becomes the administrator' : counts;
  const lines = [
    `banter listens on ${url}`,
    `store   ${store}`,
    `data    ${dataDir}`,
    `inside  ${first}`,
    'stop    Ctrl+C',
  ];
  return `\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
}
