/** One run of the PostgreSQL server: started, awaited until it takes clients, stopped. */

import { type ChildProcess, spawn } from 'node:child_process';
import type { StoreLog } from '../database/store-log.ts';
import type { Launcher } from './launcher.ts';
import type { OsAccount } from './os-account.ts';
import { PROGRAM_ENV, spawnIdentity } from './run-program.ts';
import { LOG_LINE_PREFIX, readServerLog, type ServerLog } from './server-log.ts';

export type PostmasterOptions = {
  program: string;
  cluster: string;
  socketDir: string;
  account: OsAccount | null;
  launcher: Launcher;
  /** Server settings that win over ours: for tests. */
  settings: Readonly<Record<string, string>>;
  log: StoreLog;
};

/** How a server ended. */
export type ProcessExit = { code: number | null; signal: NodeJS.Signals | null };

export type Postmaster = {
  pid: number;
  /** Resolves when the process is gone. */
  exited: Promise<ProcessExit>;
  /** Ends it: fast and orderly, or when that takes too long, hard (the next start recovers). */
  stop(): Promise<void>;
};

/** Recovery after a crash reads up to a gigabyte of log, on a slow disk. */
const START_TIMEOUT_MS = 120_000;
/** SIGINT cuts clients off and writes everything; SIGQUIT leaves that to the next start's recovery. */
const STOP_STEPS: { signal: NodeJS.Signals; waitMs: number }[] = [
  { signal: 'SIGINT', waitMs: 3_000 },
  { signal: 'SIGQUIT', waitMs: 1_200 },
  { signal: 'SIGKILL', waitMs: 1_500 },
];

/**
 * Starts a server and waits until it takes clients.
 * @throws Error with the server's last lines when it ends before that, or takes more than two minutes.
 */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const [file = '', ...args] = [...options.launcher, options.program, ...serverFlags(options)];
  const child = spawn(file, args, {
    ...spawnIdentity(options.account),
    cwd: '/',
    env: PROGRAM_ENV,
    stdio: ['ignore', 'ignore', 'pipe'],
    // Its own session: a Ctrl+C in our terminal must not stop it under our feet.
    detached: true,
  });
  const exited = exitOf(child);
  const serverLog = readServerLog(child.stderr, options.log);
  const stop = () => stopChild(child, exited);
  const failure = await startFailure(serverLog, exited);
  if (failure === null && child.pid !== undefined) return { pid: child.pid, exited, stop };
  await stop();
  throw new Error(`PostgreSQL did not start (${failure}). Its last lines:\n${serverLog.last()}`);
}

function serverFlags({ cluster, socketDir, settings }: PostmasterOptions): string[] {
  const all = {
    listen_addresses: '',
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
    port: '5432',
    shared_buffers: '128MB',
    max_connections: '50',
    // On the command line, where no file of settings in the data folder wins over them.
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    jit: 'off',
    log_destination: 'stderr',
    logging_collector: 'off',
    log_line_prefix: LOG_LINE_PREFIX,
    // A failed statement goes to its caller; its text, which holds people's words, nowhere.
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    ...settings,
  };
  return ['-D', cluster, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

function exitOf(child: ChildProcess): Promise<ProcessExit> {
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => resolve({ code, signal }));
    child.on('error', () => resolve({ code: null, signal: null }));
  });
}

async function startFailure(serverLog: ServerLog, exited: Promise<ProcessExit>): Promise<string | null> {
  return within(
    START_TIMEOUT_MS,
    Promise.race([
      serverLog.ready.then(() => null),
      exited.then(({ code, signal }) => `it ended with ${signal ?? `code ${code}`}`),
    ]),
    `it was not ready after ${START_TIMEOUT_MS / 1_000} s`,
  );
}

async function stopChild(child: ChildProcess, exited: Promise<ProcessExit>): Promise<void> {
  for (const { signal, waitMs } of STOP_STEPS) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    child.kill(signal);
    await within(waitMs, exited, null);
  }
}

/** What `promise` gives, or `fallback` after `timeoutMs`. */
async function within<T, F>(timeoutMs: number, promise: Promise<T>, fallback: F): Promise<T | F> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<F>((resolve) => {
    timer = setTimeout(() => resolve(fallback), timeoutMs);
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
