/** Starts embedded-child.ts under a given account, from a checkout that this account can read. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const CHILD = 'packages/server/test/harness/embedded-child.ts';

/** A running process with its PostgreSQL. */
export type EmbeddedProcess = {
  child: ChildProcess;
  /** The URL of the database. */
  url: string;
  /** The folder of PostgreSQL's data. */
  location: string;
  /** The id of PostgreSQL's first process. */
  pid: number;
  /** The messages logged at the start. */
  logged: string[];
  /** Stops it cleanly, and waits for its end. */
  stop(): Promise<void>;
  /** Kills the Node process with SIGKILL, and waits for its end. */
  kill(): Promise<void>;
};

/** `uid` is the account to run as, and `checkout` the folder of the code. Both are those of this process by default. */
export type EmbeddedProcessOptions = { dataDir: string; uid?: number | undefined; checkout?: string };

/** Starts the process. @throws Error with its output if it cannot start. */
export async function startEmbeddedProcess(options: EmbeddedProcessOptions): Promise<EmbeddedProcess> {
  const child = spawnChild(options);
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const { error, ...printed } = await firstLine(child, ended);
  if (error !== undefined) throw new Error(String(error));
  return {
    ...(printed as Pick<EmbeddedProcess, 'url' | 'location' | 'pid' | 'logged'>),
    child,
    async stop() {
      child.stdin?.end();
      await ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Starts the process without waiting for its first line. */
export function spawnChild({ dataDir, uid, checkout = root }: EmbeddedProcessOptions): ChildProcess {
  const env = { ...process.env, HOME: '/', TMPDIR: '/tmp' };
  return spawn(process.execPath, ['-C', 'source', '--import', 'tsx', CHILD, dataDir], {
    cwd: checkout,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
}

async function firstLine(child: ChildProcess, ended: Promise<void>): Promise<Record<string, unknown>> {
  const errors: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const line = new Promise<string>((resolve) => {
    if (child.stdout) createInterface({ input: child.stdout }).once('line', resolve);
  });
  const printed = await Promise.race([line, ended.then(() => null)]);
  return printed === null ? { error: errors.join('') } : (JSON.parse(printed) as Record<string, unknown>);
}
