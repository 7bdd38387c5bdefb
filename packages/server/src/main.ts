/** The program: reads the settings, starts the server, and stops it on a signal. */
import { fileURLToPath } from 'node:url';
import { type App, type AppFacts, createApp } from './app/app.ts';
import { systemClock } from './clock.ts';
import { type Config, ConfigError, loadConfig } from './config/config.ts';
import { createLog, type Log } from './log.ts';

/** A second signal within this time is a repeat of the first: make, timeout and systemd signal the whole process group. */
const ECHO_MS = 500;
/** A stop that takes longer is forced, before a supervisor kills the process. */
const STOP_MAX_MS = 9_500;
const PAGE_DIR = fileURLToPath(new URL('../../web/dist', import.meta.url));

await main();

async function main(): Promise<void> {
  const config = configOrExit();
  const log = createLog(config, process.stdout.isTTY === true);
  process.on('uncaughtExceptionMonitor', (error) =>
    log.fatal({ err: error }, 'unexpected error: the process exits'),
  );
  let app: App | null = null;
  stopOnSignal(() => app, log);
  try {
    app = await createApp({ config, clock: systemClock, log, pageDir: PAGE_DIR });
    greet(await app.listen(), config, log);
    const reason = await app.failed;
    log.fatal({ err: reason }, 'PostgreSQL stopped and could not be restarted: the server exits');
  } catch (error) {
    process.stderr.write(`banter cannot start: ${error instanceof Error ? error.message : error}\n`);
    log.debug({ err: error }, 'start failed');
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
      `banter cannot start: invalid settings\n${error.problems.map((line) => `  ${line}\n`).join('')}`,
    );
    process.exit(1);
  }
}

/** Makes the first signal stop the server gracefully, or exit if it has not started yet. A second signal exits at once. */
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
      log.error('the stop timed out: the process exits now');
      process.exit(1);
    }, STOP_MAX_MS).unref();
    app.close().then(
      () => {
        log.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        log.error({ err: error }, 'stop failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function greet(facts: AppFacts, config: Config, log: Log): void {
  if (!config.rates)
    log.warn('RATE_LIMITS=off: rate limits are off; use this for measurements on loopback only');
  if (config.logFormat === 'json') log.info(facts, 'listening');
  else process.stdout.write(`${toBlock(facts)}\n`);
}

function toBlock({ url, store, dataDir, people, rooms }: AppFacts): string {
  const lines = [
    `banter is running at ${url}`,
    `database  ${store}`,
    ...(dataDir === null ? [] : [`data      ${dataDir}`]),
    `people    ${people === 0 ? 'none yet: the first account becomes the administrator' : people}`,
    `rooms     ${rooms}`,
    'stop      Ctrl+C',
  ];
  return `\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
}
