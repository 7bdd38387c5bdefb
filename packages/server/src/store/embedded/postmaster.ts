/** One run of the PostgreSQL server: starts it, waits until it accepts connections, stops it. */

import { type ChildProcess, spawn } from 'node:child_process';
import type { StoreLog } from '../database/store-log.ts';
import type { Launcher } from './launcher.ts';
import type { OsAccount } from './os-account.ts';
import { PROGRAM_ENV, spawnIdentity } from './run-program.ts';
import { LOG_LINE_PREFIX, readServerLog, type ServerLog } from './server-log.ts';

/** How to run PostgreSQL. */
export type PostmasterOptions = {
  /** The path of the `postgres` program. */
  program: string;
  cluster: string;
  socketDir: string;
  account: OsAccount | null;
  launcher: Launcher;
  /** Server settings that override ours: for tests. */
  settings: Readonly<Record<string, string>>;
  log: StoreLog;
};

/** How a server's process ended. Both are null when it could not start. */
export type ProcessExit = { code: number | null; signal: NodeJS.Signals | null };

/** A running server. */
export type Postmaster = {
  pid: number;
  /** Resolves when the process is gone. */
  exited: Promise<ProcessExit>;
  /** Stops the server in an orderly way, or kills it when that takes too long. The next start then recovers. */
  stop(): Promise<void>;
};

/** Long enough for recovery to read a gigabyte of log from a slow disk. */
const START_TIMEOUT_MS = 120_000;
/** SIGINT disconnects clients and writes everything; after SIGQUIT the next start has to recover. */
const STOP_STEPS: { signal: NodeJS.Signals; waitMs: number }[] = [
  { signal: 'SIGINT', waitMs: 3_000 },
  { signal: 'SIGQUIT', waitMs: 1_200 },
  { signal: 'SIGKILL', waitMs: 1_500 },
];

/**
 * Starts a server and waits until it accepts connections.
 * @throws Error with the server's last log lines when it ends before that, or takes more than two minutes.
 */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const [file = '', ...args] = [...options.launcher, options.program, ...serverFlags(options)];
  const child = spawn(file, args, {
    ...spawnIdentity(options.account),
    cwd: '/',
    env: PROGRAM_ENV,
    stdio: ['ignore', 'ignore', 'pipe'],
    // In its own session, because a Ctrl+C in our terminal must not stop it before us.
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
    // The command line overrides any settings file in the data folder.
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    jit: 'off',
    log_destination: 'stderr',
    logging_collector: 'off',
    log_line_prefix: LOG_LINE_PREFIX,
    // Logs no statements: their texts may hold messages. The caller gets the error.
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

/** Waits for `promise`; returns `fallback` after `timeoutMs`. */
async function within<T, F>(timeoutMs: number, promise: Promise<T>, fallback: F): Promise<T | F> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<F>((resolve) => {
    timer = setTimeout(() => resolve(fallback), timeoutMs);
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
