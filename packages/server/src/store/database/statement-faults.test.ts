import { expect, test } from 'vitest';
import {
  failureOf,
  MAX_CONNECTIONS,
  observeDatabase,
  SHORT_TIMEOUT_MS,
  FAULT_SQL as sql,
} from '../../../test/harness/observed-database.ts';
import { until } from '../../../test/harness/wait.ts';
import { FairQueue } from '../../fair-queue/fair-queue.ts';
import { isUnknownOutcome } from './database.ts';

const world = observeDatabase();

test('an aborted statement is cancelled on the server, and its connection is not reused', async () => {
  const controller = new AbortController();
  const gone = new Error('the person went away');
  const asleep = world.database.query(sql.sleep, ['abort'], { signal: controller.signal });
  const pid = await until('it runs', () => world.sleeping());
  controller.abort(gone);
  await expect(asleep).rejects.toBe(gone);
  await until('it is cancelled', async () => !(await world.backends()).includes(pid));
  expect(await world.backendsUsed()).not.toContain(pid);
});

test('an abort inside a transaction cancels the statement and rolls everything back', async () => {
  const controller = new AbortController();
  const work = world.database.transaction(async (tx) => {
    await tx.query(sql.insert, ['aborted']);
    await tx.query(sql.sleep, ['abort']);
  }, controller);
  const pid = await until('it runs', () => world.sleeping());
  controller.abort(new Error('the person went away'));
  await expect(work).rejects.toThrow('the person went away');
  await until('it is cancelled', async () => !(await world.backends()).includes(pid));
  expect(await world.stored('aborted')).toBe(0);
});

test('a signal that has already aborted keeps the statement from being sent', async () => {
  const signal = AbortSignal.abort(new Error('too late'));
  await expect(world.database.query(sql.insert, ['never'], { signal })).rejects.toThrow('too late');
  expect(await world.stored('never')).toBe(0);
});

test('an abort while all connections are borrowed gives up the place in the queue', async () => {
  const holders = Array.from({ length: MAX_CONNECTIONS }, () => world.hold());
  await until('all are borrowed', async () => (await world.backends()).length === MAX_CONNECTIONS);
  const controller = new AbortController();
  const waiting = world.database.query(sql.pid, [], controller);
  controller.abort(new Error('the person went away'));
  await expect(waiting).rejects.toThrow('the person went away');
  await Promise.all(holders.map((holder) => holder.release()));
  expect(await world.backendsUsed()).toHaveLength(MAX_CONNECTIONS);
});

test('[S6] the server stops a statement that takes too long: unavailable, and certainly without effect', async () => {
  const impatient = world.open({ statementTimeoutMs: SHORT_TIMEOUT_MS });
  const error = await failureOf(impatient.query(sql.sleep, ['timeout'], { requestId: 'r1' }));
  expect(error).toMatchObject({ code: 'unavailable', cause: { code: '57014' } });
  expect(isUnknownOutcome(error)).toBe(false);
  expect(world.problems).toEqual([{ statement: 'faults.sleep', error, requestId: 'r1' }]);
});

test('[S6] a lock wait times out before the statement does', async () => {
  await world.observer.query(
    `begin; insert into words values ('locked'); commit; begin; select from words for update`,
  );
  const impatient = world.open({ statementTimeoutMs: SHORT_TIMEOUT_MS });
  const error = await failureOf(impatient.query(sql.lock));
  await world.observer.query('rollback');
  expect(error).toMatchObject({ code: 'unavailable' });
});

test('[S6] when no connection becomes free in time, the statement is unavailable and was not sent', async () => {
  const impatient = world.open({ statementTimeoutMs: SHORT_TIMEOUT_MS });
  const holders = Array.from({ length: MAX_CONNECTIONS }, () => world.hold(impatient));
  await until('all are borrowed', async () => (await world.backends()).length === MAX_CONNECTIONS);
  const error = await failureOf(impatient.query(sql.insert, ['crowded']));
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(isUnknownOutcome(error)).toBe(false);
  await Promise.all(holders.map((holder) => holder.release()));
  expect(await world.stored('crowded')).toBe(0);
});

test('[L4] [S6] a statement that waits too long in its caller’s line is unavailable, was not sent, and is not reported', async () => {
  const limits = { running: 1, runningOfNetwork: 1, runningOfPerson: 1 };
  const waiting = { waiting: 9, waitingOfNetwork: 9, waitingOfPerson: 9 };
  const queue = new FairQueue({ limits: { ...limits, ...waiting }, subject: 'requests' });
  const impatient = world.open({ statementTimeoutMs: SHORT_TIMEOUT_MS, queue });
  const spender = { network: '192.0.2.1', person: 1 };
  const leave = await queue.enter(spender);
  const before = world.problems.length;
  const error = await failureOf(impatient.query(sql.insert, ['in line'], { spender }));
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(isUnknownOutcome(error)).toBe(false);
  expect(world.problems.length).toBe(before);
  leave();
  await impatient.query(sql.insert, ['in turn'], { spender });
  expect([await world.stored('in line'), await world.stored('in turn')]).toEqual([0, 1]);
});
