import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readServerLog } from './server-log.ts';

test('lines of background processes are logged by severity, those of clients only if they cannot quote messages', async () => {
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
  const logged: string[] = [];
  const stream = Readable.from(lines.map((line) => `${line}\n`));
  const serverLog = readServerLog(stream, (level, text) => logged.push(`${level} ${text}`));
  await new Promise((resolve) => stream.once('close', resolve));
  await expect
    .poll(() => logged)
    .toEqual([
      'debug postgres: starting PostgreSQL 18.4',
      'error postgres: could not write to file "x": No space left on device',
      'warn postgres: the database system is starting up',
    ]);
  await expect.poll(() => serverLog.last()).toBe(lines.join('\n'));
});

test('only its own line makes the server ready, and only the last twenty lines are kept', async () => {
  const stream = new Readable({ read() {} });
  const serverLog = readServerLog(stream, () => {});
  for (let n = 1; n <= 30; n += 1) stream.push(`[postmaster] LOG:  line ${n}\n`);
  stream.push('[postmaster] LOG:  database system is ready to accept connections\n');
  await serverLog.ready;
  expect(serverLog.last().split('\n')).toHaveLength(20);
  expect(serverLog.last()).not.toContain('line 10\n');
});
