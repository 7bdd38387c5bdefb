/** The pool of connections. */

import pg, { type PoolClient } from 'pg';
import { withSessionSettings } from './session-settings.ts';
import { ConnectError } from './store-error.ts';
import type { Problem } from './types.ts';
import { getTypeParser } from './values.ts';

const IDLE_CONNECTION_MS = 60_000;
const KEEP_ALIVE_DELAY_MS = 10_000;
/** How long `close` waits for borrowed connections before it cuts them. */
const CLOSE_TIMEOUT_MS = 2_000;

export type PoolOptions = {
  url: string;
  maxConnections: number;
  statementTimeoutMs: number;
  settings: Readonly<Record<string, string | number>>;
  onProblem: (problem: Problem) => void;
};

export type StorePool = {
  /** Borrows a connection. @throws ConnectError, or the signal's reason when it aborts first. */
  acquire(signal: AbortSignal): Promise<PoolClient>;
  /** Destroys the connections that nobody has borrowed: where one line is dead, the others are hardly better. */
  destroyIdle(): void;
  close(): Promise<void>;
};

/** The driver's type leaves this out, so that nobody ends a connection behind the pool's back. */
type EndableClient = PoolClient & { end(): Promise<void> };

/** Opens a pool; connections are made when they are needed and replaced when they broke. */
export function openPool(options: PoolOptions): StorePool {
  const pool = new pg.Pool(poolConfig(options));
  const live = new Set<EndableClient>();
  let closing: Promise<void> | undefined;
  pool.on('error', (error) => {
    // Once we close, a server that stops with us ends idle connections in its own way: no trouble.
    if (!closing) options.onProblem({ error });
  });
  pool.on('connect', (client) => {
    live.add(client as EndableClient);
    // A borrowed connection has no listener of the pool's; without one its failure would end the process.
    client.on('error', () => {});
  });
  pool.on('remove', (client) => live.delete(client as EndableClient));
  return {
    acquire: (signal) => take(pool, signal),
    destroyIdle() {
      for (let left = pool.idleCount; left > 0; left--) {
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

function take(pool: pg.Pool, signal: AbortSignal): Promise<PoolClient> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    pool.connect().then(
      (client) => {
        signal.removeEventListener('abort', giveUp);
        if (signal.aborted) client.release();
        else resolve(client);
      },
      (error: unknown) => {
        signal.removeEventListener('abort', giveUp);
        reject(new ConnectError(error));
      },
    );
  });
}

/** A connection whose borrower never brings it back must not keep the server from stopping. */
async function closePool(pool: pg.Pool, live: Set<EndableClient>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
  });
  await Promise.race([pool.end(), timeout]).finally(() => clearTimeout(timer));
  for (const client of live) void client.end();
}
