import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../../../test/harness/wait.ts';
import { processesOf, reclaimCluster } from './reclaim.ts';

let cluster: string;
let started: ChildProcess[];
let logged: unknown[];

const log = (_level: string, _text: string, fields?: Record<string, unknown>) => logged.push(fields);

beforeEach(async () => {
  cluster = await realpath(await mkdtemp(join(tmpdir(), 'banter-reclaim-')));
  started = [];
  logged = [];
});

afterEach(async () => {
  for (const child of started) child.kill('SIGKILL');
  await rm(cluster, { recursive: true });
});

test('the lock file of a dead process is removed', async () => {
  await lockedBy(5_000_000);
  await reclaimCluster(cluster, log);
  expect(existsSync(lockFile())).toBe(false);
  expect(logged).toEqual([]);
});

test('the lock file of an unrelated running process is removed, and that process left alone', async () => {
  const stranger = run('sleep 60', '/');
  await lockedBy(stranger.pid);
  await reclaimCluster(cluster, log);
  expect(existsSync(lockFile())).toBe(false);
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
});

test('a postmaster that is still running is stopped', async () => {
  const orphan = run('trap "sleep 0.3; exit 7" INT; echo ready; while :; do sleep 0.05; done', cluster);
  await ready(orphan);
  await lockedBy(orphan.pid);
  await reclaimCluster(cluster, log);
  expect(await until('its end', () => orphan.exitCode)).toBe(7);
  expect(existsSync(lockFile())).toBe(false);
  expect(logged).toEqual([{ pids: expect.arrayContaining([orphan.pid]), signal: 'SIGINT' }]);
});

test('a zombie does not count as a process', async () => {
  // The child ends after the exec: a shell would collect it, and sleep does not.
  const parent = run('sleep 0.2 & echo "$!"; exec sleep 60', cluster);
  const zombie = Number(await ready(parent));
  await until('it is a zombie', async () => !(await processesOf(cluster, zombie)).includes(zombie));
  expect(() => process.kill(zombie, 0)).not.toThrow();
  expect(await processesOf(cluster, zombie)).toEqual([parent.pid]);
});

function run(script: string, cwd: string): ChildProcess {
  const child = spawn('sh', ['-c', script], { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
  started.push(child);
  return child;
}

/** Waits for the first output of a process. */
function ready(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => child.stdout?.once('data', (bytes) => resolve(String(bytes))));
}

function lockFile(): string {
  return join(cluster, 'postmaster.pid');
}

async function lockedBy(pid: number | undefined): Promise<void> {
  await writeFile(lockFile(), `${pid}\n${cluster}\n1\n5432\n/tmp\n`);
}
