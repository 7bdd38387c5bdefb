import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readServerLog } from './server-log.ts';

test('background processes are told by severity, clients only where no person’s words can stand', async () => {
  const lines = [
    '[postmaster] LOG:  starting PostgreSQL 18.4',
    '[checkpointer] ERROR:  could not write to file "x": No space left on device',
    '[client backend] ERROR:  invalid input syntax for type integer: "a secret"',
    '[client backend] DETAIL:  Key (email)=(a secret) already exists.',
    '[client backend] STATEMENT:  select a secret',
    '\ta secret on a second line',
    '[client backend] FATAL:  the database system is starting up',
    'postgres: could not find a file',
  ];
  const told: string[] = [];
  const stream = Readable.from(lines.map((line) => `${line}\n`));
  const serverLog = readServerLog(stream, (level, text) => told.push(`${level} ${text}`));
  await new Promise((resolve) => stream.once('close', resolve));
  await expect
    .poll(() => told)
    .toEqual([
      'debug postgres: starting PostgreSQL 18.4',
      'error postgres: could not write to file "x": No space left on device',
      'warn postgres: the database system is starting up',
    ]);
  await expect.poll(() => serverLog.last()).toBe(lines.join('\n'));
});

test('only the line that says so makes it ready, and only the last twenty lines are kept', async () => {
  const stream = new Readable({ read() {} });
  const serverLog = readServerLog(stream, () => {});
  for (let n = 1; n <= 30; n += 1) stream.push(`[postmaster] LOG:  line ${n}\n`);
  stream.push('[postmaster] LOG:  database system is ready to accept connections\n');
  await serverLog.ready;
  expect(serverLog.last().split('\n')).toHaveLength(20);
  expect(serverLog.last()).not.toContain('line 10\n');
});
