/** `node migrate-cli.js up | down [N] | status`: the migrations by hand, on DATABASE_URL or on the data folder. */

import { readFileSync } from 'node:fs';
import { type StoreLog, startEmbedded } from '../embedded/embedded.ts';
import { migrateDown, migrateUp, migrationStatus } from '../migrate/migrate.ts';
import { lockDataDir } from './data-lock.ts';

const USAGE =
  'usage: make migrate-up, or make migrate-down N=2 to take back the 2 newest (N is a whole number from 1); ' +
  'without make: migrate-cli up | down [N] | status\n';

type Command = (url: string, count: number) => Promise<string>;

/** Each gives the line or lines to print at the end. */
const COMMANDS: Record<string, Command> = {
  up: async (url) =>
    told(
      await migrateUp(url, { log: logMigration }),
      'applied',
      'nothing to apply: the schema is the newest',
    ),
  down: async (url, steps) =>
    told(await migrateDown(url, { steps, log: logMigration }), 'taken back', 'nothing to take back'),
  status: async (url) =>
    (await migrationStatus(url, { log }))
      .map(
        ({ version, name, appliedAt }) => `${version} ${name}: ${appliedAt?.toISOString() ?? 'not applied'}`,
      )
      .join('\n'),
};

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const [name = '', count = '1', ...rest] = process.argv.slice(2);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command || !/^[1-9]\d*$/.test(count) || rest.length > 0) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  const store = await openStore();
  try {
    process.stdout.write(`${await command(store.url, Number(count))}\n`);
  } finally {
    await store.close();
  }
}

/** As for the server itself: the database that is named, else the one in the data folder. */
async function openStore(): Promise<{ url: string; close(): Promise<void> }> {
  const url = databaseUrl();
  if (url) return { url, close: async () => {} };
  const dataDir = process.env.DATA_DIR || './data';
  const lock = await lockDataDir(dataDir);
  const embedded = await startEmbedded({ dataDir, log });
  const close = async () => {
    await embedded.stop();
    lock.release();
  };
  return { url: embedded.url, close };
}

function databaseUrl(): string | undefined {
  const file = process.env.DATABASE_URL_FILE;
  return process.env.DATABASE_URL || (file ? readFileSync(file, 'utf8').trim() : undefined);
}

function told(migrations: { name: string }[], done: string, none: string): string {
  const names = migrations.map(({ name }) => name).join(', ');
  return migrations.length === 0 ? none : `${done}: ${names}`;
}

/** What was migrated stands in the last line. */
function logMigration(...[level, message]: Parameters<StoreLog>): void {
  if (level !== 'info') log(level, message);
}

function log(...[level, message]: Parameters<StoreLog>): void {
  if (level !== 'debug') process.stdout.write(`${message}\n`);
}
