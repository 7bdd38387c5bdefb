import { mkdtemp, rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openLineProxy } from '../../../test/harness/line-proxy.ts';
import {
  failureOf,
  MAX_CONNECTIONS,
  observeDatabase,
  SHORT_TIMEOUT_MS,
  FAULT_SQL as sql,
} from '../../../test/harness/observed-database.ts';
import { until } from '../../../test/harness/wait.ts';
import { isUnknownOutcome } from './database.ts';

const world = observeDatabase();

test('[S6] a connection whose backend does not answer is destroyed and replaced', async () => {
  const impatient = world.open({ statementTimeoutMs: SHORT_TIMEOUT_MS, maxConnections: 1 });
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
  const line = await openLineProxy(world.url);
  const through = world.open({ url: line.url, statementTimeoutMs: SHORT_TIMEOUT_MS });
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
  const failure = failureOf(world.database.query(sql.sleep, ['terminate']));
  await world.observer.query('select pg_terminate_backend($1)', [
    await until('it runs', () => world.sleeping()),
  ]);
  const error = await failure;
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(isUnknownOutcome(error)).toBe(true);
  expect(await world.backendsUsed()).toHaveLength(MAX_CONNECTIONS);
});

test('[S3] a commit whose answer is lost has an unknown outcome; here it succeeded', async () => {
  const line = await openLineProxy(world.url);
  const cut = world.open({ url: line.url });
  line.cutAfter('commit\0');
  const error = await failureOf(cut.transaction((tx) => tx.query(sql.insert, ['answer lost'])));
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(isUnknownOutcome(error)).toBe(true);
  await until('the server has committed', async () => (await world.stored('answer lost')) === 1);
  expect(await cut.query(sql.count, ['answer lost'])).toEqual([{ n: 1 }]);
  await line.close();
});

test('[S3] a transaction whose connection is cut before its commit certainly had no effect', async () => {
  const line = await openLineProxy(world.url);
  const cut = world.open({ url: line.url });
  line.cutAfter('insert into words');
  const error = await failureOf(cut.transaction((tx) => tx.query(sql.insert, ['cut early'])));
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(isUnknownOutcome(error)).toBe(false);
  await line.close();
  expect(await world.stored('cut early')).toBe(0);
});

test('an idle connection that is terminated is reported and replaced', async () => {
  const [row] = await world.database.query<{ pid: number }>(sql.pid);
  await world.observer.query('select pg_terminate_backend($1)', [row?.pid]);
  await until('it is reported', () => world.problems.length > 0);
  expect(world.problems[0]?.error).toMatchObject({ code: '57P01' });
  expect(await world.backendsUsed()).not.toContain(row?.pid);
});

test('a server that stops while the pool closes is not reported', async () => {
  const [row] = await world.database.query<{ pid: number }>(sql.pid);
  const pid = row?.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  try {
    const closing = world.database.close();
    await world.observer.query('select pg_terminate_backend($1)', [pid]);
    process.kill(pid, 'SIGCONT');
    await closing;
  } catch (error) {
    process.kill(pid, 'SIGCONT');
    throw error;
  }
  await until('the connection is gone', async () => (await world.backends()).length === 0);
  expect(world.problems).toEqual([]);
});

test('close does not wait forever for a connection that is never released', async () => {
  const holder = world.hold();
  await until('it is borrowed', async () => (await world.backends()).length === 1);
  await world.database.close();
  await until('it is cut', async () => (await world.backends()).length === 0);
  await expect(holder.release()).rejects.toMatchObject({ code: 'unavailable' });
});

test('[S6] without a server every call is unavailable', async () => {
  const folder = await mkdtemp('/tmp/banter-nobody-');
  const lost = world.open({ url: `postgres://banter@${encodeURIComponent(folder)}/banter` });
  for (const failure of [lost.query(sql.pid), lost.ping(), lost.transaction(async () => {})]) {
    const error = await failureOf(failure);
    expect(error).toMatchObject({ code: 'unavailable', cause: { code: 'ENOENT' } });
    expect(isUnknownOutcome(error)).toBe(false);
  }
  await rm(folder, { recursive: true });
});
