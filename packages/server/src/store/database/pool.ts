/** The pool of connections to PostgreSQL. */

import pg, { type PoolClient } from 'pg';
import { withSessionSettings } from './session-settings.ts';
import { ConnectError } from './store-error.ts';
import type { Problem } from './types.ts';
import { getTypeParser } from './values.ts';

const IDLE_CONNECTION_MS = 60_000;
const KEEP_ALIVE_DELAY_MS = 10_000;
/** How long `close` waits for borrowed connections before it cuts them off. */
const CLOSE_TIMEOUT_MS = 2_000;

/** How to open a pool. */
export type PoolOptions = {
  /** A postgres:// address. */
  url: string;
  maxConnections: number;
  statementTimeoutMs: number;
  /** Session settings of PostgreSQL besides those that every connection has. */
  settings: Readonly<Record<string, string | number>>;
  /** Called when an idle connection fails. Must not throw. */
  onProblem: (problem: Problem) => void;
};

/** Connections that are opened when needed and replaced when they break. */
export type StorePool = {
  /**
   * Borrows a connection; the caller must release it.
   * @throws ConnectError, or the signal's reason when it aborts first.
   */
  acquire(signal: AbortSignal): Promise<PoolClient>;
  /** Destroys the connections that nobody has borrowed. When the network is dead for one, it is for all. */
  destroyIdle(): void;
  /** Closes all connections; waits two seconds at most for borrowed ones. Safe to call twice. */
  close(): Promise<void>;
};

/** The driver's type hides `end`, so that no borrower ends a connection that the pool still counts. */
type EndableClient = PoolClient & { end(): Promise<void> };

/** Opens a pool. It connects when a connection is first borrowed. */
export function openPool(options: PoolOptions): StorePool {
  const pool = new pg.Pool(poolConfig(options));
  const live = new Set<EndableClient>();
  let closing: Promise<void> | undefined;
  pool.on('error', (error) => {
    // A server that stops at the same time as this one ends idle connections itself. That is no problem.
    if (!closing) options.onProblem({ error });
  });
  pool.on('connect', (client) => {
    live.add(client as EndableClient);
    // The pool does not listen to borrowed connections. Without a listener their failure would end the process.
    client.on('error', () => {});
  });
  pool.on('remove', (client) => live.delete(client as EndableClient));
  return {
    acquire: (signal) => acquire(pool, signal),
    destroyIdle() {
      for (let count = pool.idleCount; count > 0; count--) {
        pool.connect().then(
          (client) => client.release(true),
          () => {},
        );
      }
    },
    close: () => {
      closing ??= closePool(pool, live);
      return closing;
    },
  };
}

function poolConfig({ url, maxConnections, statementTimeoutMs, settings }: PoolOptions): pg.PoolConfig {
  return {
    connectionString: withSessionSettings(url, statementTimeoutMs, settings),
    application_name: 'banter',
    max: maxConnections,
    connectionTimeoutMillis: statementTimeoutMs,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
    types: { getTypeParser },
  };
}

function acquire(pool: pg.Pool, signal: AbortSignal): Promise<PoolClient> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    pool.connect().then(
      (client) => {
        signal.removeEventListener('abort', abort);
        if (signal.aborted) client.release();
        else resolve(client);
      },
      (error: unknown) => {
        signal.removeEventListener('abort', abort);
        reject(new ConnectError(error));
      },
    );
  });
}

/** Cuts off borrowed connections after a while: one that is never released must not keep the server from stopping. */
async function closePool(pool: pg.Pool, live: Set<EndableClient>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
  });
  await Promise.race([pool.end(), timeout]).finally(() => clearTimeout(timer));
  for (const client of live) void client.end();
}
