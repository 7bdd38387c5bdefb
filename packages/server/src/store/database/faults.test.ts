import { mkdtemp, rm } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { openLineProxy } from '../../../test/harness/line-proxy.ts';
import { until } from '../../../test/harness/wait.ts';
import { type Database, isUnknownOutcome, openDatabase, type Problem, statements } from './database.ts';

const MAX_CONNECTIONS = 3;
const SHORT_TIMEOUT_MS = 300;

const sql = statements('faults', {
  sleep: 'select pg_sleep(60), $1::text as marker',
  insert: 'insert into words (word) values ($1)',
  count: 'select count(*) as n from words where word = $1',
  pid: 'select pg_backend_pid() as pid',
  lock: 'select from words for update',
});

let home: TestDatabase;
let observer: pg.Client;
let opened: Database[];
let database: Database;
let problems: Problem[];

beforeAll(async () => {
  home = await createTestDatabase();
  observer = new pg.Client({ connectionString: home.url, application_name: 'observer' });
  await observer.connect();
  await observer.query('create table words (word text)');
});

afterAll(async () => {
  await observer.end();
  await home.drop();
});

beforeEach(() => {
  problems = [];
  opened = [];
  database = open();
});

afterEach(async () => {
  await Promise.all(opened.map((each) => each.close()));
  await until('all connections are gone', async () => (await backends()).length === 0);
});

test('an aborted statement is cancelled on the server, and its connection is not reused', async () => {
  const controller = new AbortController();
  const gone = new Error('the person went away');
  const asleep = database.query(sql.sleep, ['abort'], { signal: controller.signal });
  const pid = await until('it runs', sleeping);
  controller.abort(gone);
  await expect(asleep).rejects.toBe(gone);
  await until('it is cancelled', async () => !(await backends()).includes(pid));
  expect(await backendsUsed()).not.toContain(pid);
});

test('an abort inside a transaction cancels the statement and rolls everything back', async () => {
  const controller = new AbortController();
  const work = database.transaction(async (tx) => {
    await tx.query(sql.insert, ['aborted']);
    await tx.query(sql.sleep, ['abort']);
  }, controller);
  const pid = await until('it runs', sleeping);
  controller.abort(new Error('the person went away'));
  await expect(work).rejects.toThrow('the person went away');
  await until('it is cancelled', async () => !(await backends()).includes(pid));
  expect(await stored('aborted')).toBe(0);
});

test('a signal that has already aborted keeps the statement from being sent', async () => {
  const signal = AbortSignal.abort(new Error('too late'));
  await expect(database.query(sql.insert, ['never'], { signal })).rejects.toThrow('too late');
  expect(await stored('never')).toBe(0);
});

test('an abort while all connections are borrowed gives up the place in the queue', async () => {
  const holders = Array.from({ length: MAX_CONNECTIONS }, () => hold());
  await until('all are borrowed', async () => (await backends()).length === MAX_CONNECTIONS);
  const controller = new AbortController();
  const waiting = database.query(sql.pid, [], controller);
  controller.abort(new Error('the person went away'));
  await expect(waiting).rejects.toThrow('the person went away');
  await Promise.all(holders.map((holder) => holder.release()));
  expect(await backendsUsed()).toHaveLength(MAX_CONNECTIONS);
});

test('[S6] the server stops a statement that takes too long: unavailable, and certainly without effect', async () => {
  const impatient = open({ statementTimeoutMs: SHORT_TIMEOUT_MS });
  const error = await failureOf(impatient.query(sql.sleep, ['timeout'], { requestId: 'r1' }));
  expect(error).toMatchObject({ code: 'unavailable', cause: { code: '57014' } });
  expect(isUnknownOutcome(error)).toBe(false);
  expect(problems).toEqual([{ statement: 'faults.sleep', error, requestId: 'r1' }]);
});

test('[S6] a lock wait times out before the statement does', async () => {
  await observer.query(
    `begin; insert into words values ('locked'); commit; begin; select from words for update`,
  );
  const impatient = open({ statementTimeoutMs: SHORT_TIMEOUT_MS });
  const error = await failureOf(impatient.query(sql.lock));
  await observer.query('rollback');
  expect(error).toMatchObject({ code: 'unavailable' });
});

test('[S6] when no connection becomes free in time, the statement is unavailable and was not sent', async () => {
  const impatient = open({ statementTimeoutMs: SHORT_TIMEOUT_MS });
  const holders = Array.from({ length: MAX_CONNECTIONS }, () => hold(impatient));
  await until('all are borrowed', async () => (await backends()).length === MAX_CONNECTIONS);
  const error = await failureOf(impatient.query(sql.insert, ['crowded']));
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(isUnknownOutcome(error)).toBe(false);
  await Promise.all(holders.map((holder) => holder.release()));
  expect(await stored('crowded')).toBe(0);
});

test('[S6] a connection whose backend does not answer is destroyed and replaced', async () => {
  const impatient = open({ statementTimeoutMs: SHORT_TIMEOUT_MS, maxConnections: 1 });
  const [row] = await impatient.query<{ pid: number }>(sql.pid);
  const pid = row?.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  try {
    const error = await failureOf(impatient.query(sql.insert, ['frozen']));
    expect(error).toMatchObject({ code: 'unavailable' });
    expect(isUnknownOutcome(error)).toBe(true);
    const [next] = await impatient.query<{ pid: number }>(sql.pid);
    expect(next?.pid).not.toBe(pid);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
});

test('[S6] when one connection goes silent, the idle ones are not tried one by one', async () => {
  const line = await openLineProxy(home.url);
  const through = open({ url: line.url, statementTimeoutMs: SHORT_TIMEOUT_MS });
  await Promise.all(Array.from({ length: MAX_CONNECTIONS }, () => through.query(sql.pid)));
  expect(line.size).toBe(MAX_CONNECTIONS);
  const silent = line.fallSilent();
  await expect(through.query(sql.pid)).rejects.toMatchObject({ code: 'unavailable' });
  await Promise.all(Array.from({ length: MAX_CONNECTIONS }, () => through.query(sql.pid)));
  await until('all of them are closed', () => silent.givenUp === MAX_CONNECTIONS);
  silent.cut();
  await through.close();
  await line.close();
});

test('[S3] a backend that is terminated during a statement leaves its outcome unknown', async () => {
  const failure = failureOf(database.query(sql.sleep, ['terminate']));
  await observer.query('select pg_terminate_backend($1)', [await until('it runs', sleeping)]);
  const error = await failure;
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(isUnknownOutcome(error)).toBe(true);
  expect(await backendsUsed()).toHaveLength(MAX_CONNECTIONS);
});

test('[S3] a commit whose answer is lost has an unknown outcome; here it succeeded', async () => {
  const line = await openLineProxy(home.url);
  const cut = open({ url: line.url });
  line.cutAfter('commit\0');
  const error = await failureOf(cut.transaction((tx) => tx.query(sql.insert, ['answer lost'])));
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(isUnknownOutcome(error)).toBe(true);
  await until('the server has committed', async () => (await stored('answer lost')) === 1);
  expect(await cut.query(sql.count, ['answer lost'])).toEqual([{ n: 1 }]);
  await line.close();
});

test('[S3] a transaction whose connection is cut before its commit certainly had no effect', async () => {
  const line = await openLineProxy(home.url);
  const cut = open({ url: line.url });
  line.cutAfter('insert into words');
  const error = await failureOf(cut.transaction((tx) => tx.query(sql.insert, ['cut early'])));
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(isUnknownOutcome(error)).toBe(false);
  await line.close();
  expect(await stored('cut early')).toBe(0);
});

test('an idle connection that is terminated is reported and replaced', async () => {
  const [row] = await database.query<{ pid: number }>(sql.pid);
  await observer.query('select pg_terminate_backend($1)', [row?.pid]);
  await until('it is reported', () => problems.length > 0);
  expect(problems[0]?.error).toMatchObject({ code: '57P01' });
  expect(await backendsUsed()).not.toContain(row?.pid);
});

test('a server that stops while the pool closes is not reported', async () => {
  const [row] = await database.query<{ pid: number }>(sql.pid);
  const pid = row?.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  try {
    const closing = database.close();
    await observer.query('select pg_terminate_backend($1)', [pid]);
    process.kill(pid, 'SIGCONT');
    await closing;
  } catch (error) {
    process.kill(pid, 'SIGCONT');
    throw error;
  }
  await until('the connection is gone', async () => (await backends()).length === 0);
  expect(problems).toEqual([]);
});

test('close does not wait forever for a connection that is never released', async () => {
  const holder = hold();
  await until('it is borrowed', async () => (await backends()).length === 1);
  await database.close();
  await until('it is cut', async () => (await backends()).length === 0);
  await expect(holder.release()).rejects.toMatchObject({ code: 'unavailable' });
});

test('[S6] without a server every call is unavailable', async () => {
  const folder = await mkdtemp('/tmp/banter-nobody-');
  const lost = open({ url: `postgres://banter@${encodeURIComponent(folder)}/banter` });
  for (const failure of [lost.query(sql.pid), lost.ping(), lost.transaction(async () => {})]) {
    const error = await failureOf(failure);
    expect(error).toMatchObject({ code: 'unavailable', cause: { code: 'ENOENT' } });
    expect(isUnknownOutcome(error)).toBe(false);
  }
  await rm(folder, { recursive: true });
});

function open(options: Partial<Parameters<typeof openDatabase>[0]> = {}): Database {
  const onProblem = (problem: Problem) => problems.push(problem);
  const each = openDatabase({ url: home.url, maxConnections: MAX_CONNECTIONS, onProblem, ...options });
  opened.push(each);
  return each;
}

/** Keeps one connection busy, inside a transaction, until `release`. */
function hold(of = database): { release(): Promise<void> } {
  const { promise, resolve } = withResolvers();
  const held = of.transaction(() => promise);
  return {
    release: () => {
      resolve();
      return held;
    },
  };
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** The backends of all connections that the pool opens at once. */
async function backendsUsed(): Promise<number[]> {
  const holders = Array.from({ length: MAX_CONNECTIONS }, () => hold());
  await until('the pool is full', async () => (await backends()).length === MAX_CONNECTIONS);
  const pids = await backends();
  await Promise.all(holders.map((holder) => holder.release()));
  return pids;
}

async function backends(): Promise<number[]> {
  const text = `select pid from pg_stat_activity where application_name = 'banter' and datname = current_database()`;
  return (await observer.query<{ pid: number }>(text)).rows.map(({ pid }) => pid);
}

async function sleeping(): Promise<number | undefined> {
  const text = `select pid from pg_stat_activity where state = 'active' and wait_event = 'PgSleep'
    and datname = current_database()`;
  return (await observer.query<{ pid: number }>(text)).rows[0]?.pid;
}

async function stored(word: string): Promise<number> {
  const { rows } = await observer.query<{ n: string }>('select count(*) as n from words where word = $1', [
    word,
  ]);
  return Number(rows[0]?.n);
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
