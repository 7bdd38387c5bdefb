/** A server with its own embedded PostgreSQL, whose processes a test can stop and kill. */

import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readlink, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startServer, type TestServer, type TestServerOptions } from '../harness/server.ts';
import { openSql } from '../harness/sql.ts';
import { until } from '../harness/wait.ts';

/** A running server with its PostgreSQL. */
export type EmbeddedServer = {
  readonly server: TestServer;
  /** The URLs for the judge. */
  readonly judged: { readonly url: string; readonly databaseUrl: string };
  /** The folder of PostgreSQL's data. */
  readonly cluster: string;
  /** Returns the ids of PostgreSQL's processes, the oldest first. */
  processes(): Promise<number[]>;
  /** Sends a signal to every process of PostgreSQL, the oldest first. @throws Error without a process. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** Resolves once the server is ready again. */
  back(): Promise<void>;
  /** Resolves once PostgreSQL accepts connections, whether or not the server is ready. */
  accepts(): Promise<void>;
  /** Stops both and removes their folders. */
  close(): Promise<void>;
};

/** How to start the server. */
export type EmbeddedServerOptions = Pick<TestServerOptions, 'hasProbe' | 'logFile'> & {
  /** The parent of its data folder. */
  within?: string;
};

/** Starts a server in a new data folder. */
export async function startEmbeddedServer({
  within = tmpdir(),
  ...options
}: EmbeddedServerOptions = {}): Promise<EmbeddedServer> {
  const dataDir = await realpath(await mkdtemp(join(within, 'banter-fault-')));
  // The disk may become really full: PostgreSQL must survive that too.
  const env = { DATA_DIR: dataDir, MIN_FREE_DISK_MIB: 'off' };
  const server = await startServer({ ...options, embedded: true, env });
  const cluster = await realpath(join(dataDir, 'postgres'));
  /** PostgreSQL has another address after each start of the server. */
  const databaseUrl = () => {
    const socketDir = readFileSync(join(dataDir, 'postgres.socket'), 'utf8').trim();
    return `postgres://banter@${encodeURIComponent(socketDir)}:5432/banter`;
  };
  const isReady = () =>
    fetch(`${server.url}/v1/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  return {
    server,
    judged: {
      url: server.url,
      get databaseUrl() {
        return databaseUrl();
      },
    },
    cluster,
    processes: () => processesIn(cluster),
    async signal(name) {
      const pids = await processesIn(cluster);
      if (pids.length === 0) throw new Error(`PostgreSQL has no process in ${cluster}`);
      for (const pid of pids) signalIfAlive(pid, name);
    },
    back: async () => void (await until('the server is ready', isReady)),
    accepts: async () =>
      void (await until('PostgreSQL accepts connections', () => acceptsConnections(databaseUrl()))),
    async close() {
      await server.close();
      // If PostgreSQL's account cannot enter the data folder, the cluster is in another folder.
      const place = dirname(cluster) === dataDir ? cluster : dirname(cluster);
      await rm(place, { recursive: true, force: true });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function acceptsConnections(url: string): Promise<boolean> {
  return openSql(url).then(
    async (sql) => {
      await sql.close();
      return true;
    },
    () => false,
  );
}

/** Sends a signal, unless the process has ended since it was listed, like the backend of a closed connection. */
function signalIfAlive(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Returns the processes whose working folder is this one, the oldest first. PostgreSQL's processes work in the cluster. */
async function processesIn(folder: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const works = await Promise.all(
    pids.map((pid) =>
      readlink(`/proc/${pid}/cwd`).then(
        (cwd) => cwd === folder,
        () => false,
      ),
    ),
  );
  return pids.filter((_, i) => works[i]).sort((a, b) => a - b);
}
