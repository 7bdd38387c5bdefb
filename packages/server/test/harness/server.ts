/** Starts a server in its own process, with its own database. Tests can kill, stop and restart it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createTestDatabase } from './database.ts';
import { until } from './wait.ts';

/** A running server. */
export type TestServer = {
  readonly url: string;
  readonly port: number;
  readonly databaseUrl: string;
  /** The server's process id. A restart changes it. */
  readonly pid: number;
  /** Returns everything it has printed since the first start, on both outputs. */
  output(): string;
  /** Sends SIGKILL and waits for the end. */
  kill(): Promise<void>;
  /** Sends SIGTERM and waits for the end. @returns the exit code. */
  stop(): Promise<number | null>;
  /** Starts it again, on the same port and database. */
  restart(): Promise<void>;
  /** Measures the server's memory and event loop lag. @throws Error if it was started without a probe. */
  probe(ask?: { gc?: boolean; reset?: boolean }): Promise<Probe>;
  /** Stops the server and drops the database. */
  close(): Promise<void>;
};

/** The event loop's lag since the last reset, and the memory now. */
export type Probe = { lagP99Ms: number; lagMaxMs: number; rssBytes: number; heapBytes: number };

/** How to start a server. */
export type TestServerOptions = {
  /** Further settings. They override those of the harness. */
  env?: Record<string, string>;
  /** Uses the embedded database in DATA_DIR of `env`, instead of a new one on the test server. */
  embedded?: boolean;
  /** Makes `probe` available. */
  hasProbe?: boolean;
  /** A file for its output, in place of `output`. */
  logFile?: string;
};

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const PROBE = new URL('./server-probe.mjs', import.meta.url).href;
/** The secret of servers with a database of the harness. */
export const TEST_SECRET = 'a signing key for tests, long enough for any rule';

/** Starts the built server and waits until it is ready. */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { env = {}, embedded = false, hasProbe = false } = options;
  const port = await freePort();
  const database = embedded ? null : await createTestDatabase();
  const url = `http://127.0.0.1:${port}`;
  const settings: Record<string, string> = {
    PORT: String(port),
    LOG_FORMAT: 'json',
    RATE_LIMITS: 'off',
    LOBBY: 'off',
    ...(database ? { DATABASE_URL: database.url, JWT_SECRET: TEST_SECRET } : {}),
    ...env,
  };
  let output = '';
  let child = await launch();

  async function launch(): Promise<ChildProcess> {
    const started = run(settings, options, (text) => {
      output += text;
    });
    await until(`the server on port ${port} is ready`, () => {
      if (started.exitCode !== null) throw new Error(`the server exited at its start:\n${output}`);
      return fetch(`${url}/v1/ready`).then(
        (response) => response.ok,
        () => false,
      );
    });
    return started;
  }

  return {
    url,
    port,
    databaseUrl: database?.url ?? '',
    get pid() {
      return child.pid ?? 0;
    },
    output: () => output,
    kill: async () => void (await end(child, 'SIGKILL')),
    stop: () => end(child, 'SIGTERM'),
    async restart() {
      child = await launch();
    },
    async probe(ask = {}) {
      if (!hasProbe) throw new Error('start this server with hasProbe to use its probe');
      child.send(ask);
      const [answer] = await once(child, 'message');
      return answer as Probe;
    },
    async close() {
      await end(child, 'SIGTERM');
      await database?.drop();
    },
  };
}

function run(
  settings: Record<string, string>,
  { hasProbe = false, logFile }: TestServerOptions,
  onOutput: (text: string) => void,
): ChildProcess {
  const flags = hasProbe ? ['--expose-gc', '--import', PROBE] : [];
  const out = logFile === undefined ? 'pipe' : openSync(logFile, 'a');
  const child = spawn(process.execPath, [...flags, MAIN], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', out, out, ...(hasProbe ? (['ipc'] as const) : [])],
  });
  child.stdout?.on('data', (chunk: Buffer) => onOutput(chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => onOutput(chunk.toString()));
  return child;
}

/** Ends a process, unless it has ended already. @returns its exit code. */
function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill(signal);
  });
}

/** Returns a port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
