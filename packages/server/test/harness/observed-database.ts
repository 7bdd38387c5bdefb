/** A database for tests of faults, with an observer that sees the server's side of its connections. */

import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import {
  type Database,
  type DatabaseOptions,
  openDatabase,
  type Problem,
  statements,
} from '../../src/store/database/database.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { until } from './wait.ts';

/** How many connections each pool opens. */
export const MAX_CONNECTIONS = 3;
/** A statement timeout that a test can wait for. */
export const SHORT_TIMEOUT_MS = 1_000;

/** Statements on the table `words`, and some that take time. */
export const FAULT_SQL = statements('faults', {
  sleep: 'select pg_sleep(60), $1::text as marker',
  insert: 'insert into words (word) values ($1)',
  count: 'select count(*) as n from words where word = $1',
  pid: 'select pg_backend_pid() as pid',
  lock: 'select from words for update',
});

/** A database with a fresh pool per test, whose problems are collected. */
class ObservedDatabase {
  #home: TestDatabase | undefined;
  #observer: pg.Client | undefined;
  #database: Database | undefined;
  #opened: Database[] = [];
  /** The problems that the pools of this test reported. */
  problems: Problem[] = [];

  /** The address of the database. */
  get url(): string {
    return required(this.#home).url;
  }

  /** A connection apart from the pools. */
  get observer(): pg.Client {
    return required(this.#observer);
  }

  /** The pool of this test. */
  get database(): Database {
    return required(this.#database);
  }

  async create(): Promise<void> {
    this.#home = await createTestDatabase();
    this.#observer = new pg.Client({ connectionString: this.url, application_name: 'observer' });
    await this.#observer.connect();
    await this.#observer.query('create table words (word text)');
  }

  async drop(): Promise<void> {
    await this.#observer?.end();
    await this.#home?.drop();
  }

  beginTest(): void {
    this.problems = [];
    this.#opened = [];
    this.#database = this.open();
  }

  async endTest(): Promise<void> {
    await Promise.all(this.#opened.map((pool) => pool.close()));
    await until('all connections are gone', async () => (await this.backends()).length === 0);
  }

  /** Opens another pool; it is closed after the test. */
  open(options: Partial<DatabaseOptions> = {}): Database {
    const onProblem = (problem: Problem) => this.problems.push(problem);
    const pool = openDatabase({ url: this.url, maxConnections: MAX_CONNECTIONS, onProblem, ...options });
    this.#opened.push(pool);
    return pool;
  }

  /** Keeps one connection busy, inside a transaction, until `release`. */
  hold(pool = this.database): { release(): Promise<void> } {
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const held = pool.transaction(() => ended);
    return {
      release: () => {
        end();
        return held;
      },
    };
  }

  /** Lists the process ids of the backends of all pools. */
  async backends(): Promise<number[]> {
    const text = `select pid from pg_stat_activity where application_name = 'banter' and datname = current_database()`;
    return (await this.observer.query<{ pid: number }>(text)).rows.map(({ pid }) => pid);
  }

  /** Fills the pool and lists the process ids of its backends. */
  async backendsUsed(): Promise<number[]> {
    const holders = Array.from({ length: MAX_CONNECTIONS }, () => this.hold());
    await until('the pool is full', async () => (await this.backends()).length === MAX_CONNECTIONS);
    const pids = await this.backends();
    await Promise.all(holders.map((holder) => holder.release()));
    return pids;
  }

  /** Returns the process id of a backend that runs `sleep`. */
  async sleeping(): Promise<number | undefined> {
    const text = `select pid from pg_stat_activity where state = 'active' and wait_event = 'PgSleep'
      and datname = current_database()`;
    return (await this.observer.query<{ pid: number }>(text)).rows[0]?.pid;
  }

  /** Counts the committed rows of a word. */
  async stored(word: string): Promise<number> {
    const text = 'select count(*) as n from words where word = $1';
    const { rows } = await this.observer.query<{ n: string }>(text, [word]);
    return Number(rows[0]?.n);
  }
}

/** Creates a database before all tests of a file, and drops it after them. */
export function observeDatabase(): ObservedDatabase {
  const world = new ObservedDatabase();
  beforeAll(() => world.create());
  afterAll(() => world.drop());
  beforeEach(() => world.beginTest());
  afterEach(() => world.endTest());
  return world;
}

/** Returns the error that a promise rejects with; undefined if it resolves. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the database is not there yet');
  return value;
}
