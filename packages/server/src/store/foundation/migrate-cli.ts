/** `node migrate-cli.js up | down [N] | status`: changes the schema by hand, on DATABASE_URL or the data folder. */

import { readFileSync } from 'node:fs';
import { type StoreLog, startEmbedded } from '../embedded/embedded.ts';
import { migrateDown, migrateUp, type SchemaStatus, schemaStatus } from '../migrate/migrate.ts';
import { lockDataDir } from './data-lock.ts';

const USAGE =
  'usage: make migrate-up, or make migrate-down N=2 to undo the 2 newest (N is a whole number from 1); ' +
  'without make: migrate-cli up | down [N] | status\n';

type Command = (url: string, count: number) => Promise<string>;

/** Each returns the text to print at the end. */
const COMMANDS: Record<string, Command> = {
  up: async (url) => {
    const { migrations, routines } = await migrateUp(url, { log: logMigration });
    const names = [...migrations.map(({ name }) => name), ...(routines ? ['SQL functions'] : [])];
    return report('applied', names, 'nothing to apply: the schema is up to date');
  },
  down: async (url, steps) => {
    const undone = await migrateDown(url, { steps, log: logMigration });
    return report(
      'undone',
      undone.map(({ name }) => name),
      'nothing to undo',
    );
  },
  status: async (url) => describe(await schemaStatus(url, { log })),
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

/** Opens the database that the server would: DATABASE_URL, else the one in the data folder. */
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

function report(done: string, names: string[], nothing: string): string {
  return names.length === 0 ? nothing : `${done}: ${names.join(', ')}`;
}

function describe({ migrations, routines: { files, stale } }: SchemaStatus): string {
  const lines = migrations.map(
    ({ version, name, appliedAt }) => `${version} ${name}: ${appliedAt?.toISOString() ?? 'not applied'}`,
  );
  const state = stale.length === 0 ? 'up to date' : `not applied: ${stale.join(', ')}`;
  return [...lines, `SQL functions in ${files} files: ${state}`].join('\n');
}

/** The last line lists what was migrated, so single lines are left out. */
function logMigration(...[level, message]: Parameters<StoreLog>): void {
  if (level !== 'info') log(level, message);
}

function log(...[level, message]: Parameters<StoreLog>): void {
  if (level !== 'debug') process.stdout.write(`${message}\n`);
}
