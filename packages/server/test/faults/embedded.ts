/** A server with a PostgreSQL of its own, whose processes a test may stop and kill. */

import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readlink, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startServer, type TestServer, type TestServerOptions } from '../harness/server.ts';
import { openSql } from '../harness/sql.ts';
import { until } from '../harness/wait.ts';

export type EmbeddedServer = {
  readonly server: TestServer;
  /** What the judge asks and looks into. */
  readonly judged: { readonly url: string; readonly databaseUrl: string };
  /** Where PostgreSQL keeps its data. */
  readonly cluster: string;
  /** Every process of PostgreSQL, the first one first. */
  processes(): Promise<number[]>;
  /** Sends a signal to every process of PostgreSQL, the first one first. @throws Error when there is none. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** Resolves when another PostgreSQL than that of the last SIGKILL answers. */
  back(): Promise<void>;
  /** Resolves when PostgreSQL takes connections, whatever the server makes of it. */
  accepts(): Promise<void>;
  close(): Promise<void>;
};

export type EmbeddedServerOptions = Pick<TestServerOptions, 'hasProbe' | 'logFile'> & {
  /** Where its folder is made. */
  within?: string;
};

/** Starts it in a folder of its own. */
export async function startEmbeddedServer({
  within = tmpdir(),
  ...options
}: EmbeddedServerOptions = {}): Promise<EmbeddedServer> {
  const dataDir = await realpath(await mkdtemp(join(within, 'banter-fault-')));
  const server = await startServer({ ...options, embedded: true, env: { DATA_DIR: dataDir } });
  const cluster = await realpath(join(dataDir, 'postgres'));
  /** Another one after each start of the server. */
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
      if (pids.length === 0) throw new Error(`no process of PostgreSQL works in ${cluster}`);
      for (const pid of pids) signalIfAlive(pid, name);
    },
    back: async () => void (await until('PostgreSQL is back', isReady)),
    accepts: async () =>
      void (await until('PostgreSQL takes connections', () => takesConnections(databaseUrl()))),
    async close() {
      await server.close();
      // Where PostgreSQL's account cannot enter the folder, the cluster has one elsewhere.
      const place = dirname(cluster) === dataDir ? cluster : dirname(cluster);
      await rm(place, { recursive: true, force: true });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function takesConnections(url: string): Promise<boolean> {
  return openSql(url).then(
    async (sql) => {
      await sql.close();
      return true;
    },
    () => false,
  );
}

/** One that ended since it was listed, as a backend whose client has just gone does, needs no signal. */
function signalIfAlive(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The processes that work in a folder, as all of PostgreSQL's do in their cluster; the oldest first. */
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
