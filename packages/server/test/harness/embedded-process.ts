/** Starts the process of embedded-child.ts, as any account and from any checkout. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const CHILD = 'packages/server/test/harness/embedded-child.ts';

export type EmbeddedProcess = {
  child: ChildProcess;
  /** The address, folder and process of PostgreSQL, and what was logged on the way. */
  url: string;
  location: string;
  pid: number;
  logged: string[];
  /** Lets it stop in order, and waits for its end. */
  stop(): Promise<void>;
  /** Kills the Node process with SIGKILL, and waits for its end. */
  kill(): Promise<void>;
};

/** `uid`: the account to run as, this one by default; `checkout`: where the code is, this one by default. */
export type EmbeddedProcessOptions = { dataDir: string; uid?: number | undefined; checkout?: string };

/** @throws Error with what the process said, when it could not start. */
export async function startEmbeddedProcess(options: EmbeddedProcessOptions): Promise<EmbeddedProcess> {
  const child = spawnChild(options);
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const { error, ...said } = await firstLine(child, ended);
  if (error !== undefined) throw new Error(String(error));
  return {
    ...(said as Pick<EmbeddedProcess, 'url' | 'location' | 'pid' | 'logged'>),
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

/** Starts the process without waiting for what it says. */
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
  const said = await Promise.race([line, ended.then(() => null)]);
  return said === null ? { error: errors.join('') } : (JSON.parse(said) as Record<string, unknown>);
}
