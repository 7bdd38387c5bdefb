import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lockDataDir } from './data-lock.ts';

/** Process 1 always runs, and is never this one. */
const RUNNING_PID = 1;
/** Linux gives no process an id above 2^22. */
const UNUSED_PID = 5_000_000;

let base: string;
let dataDir: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'banter-lock-'));
  dataDir = join(base, 'deep', 'data');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(base, { recursive: true });
});

test('the folder is created and closed to other accounts, its parents have the usual mode', async () => {
  const lock = await lockDataDir(dataDir);
  const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
  // Under root, PostgreSQL runs as another account, which must be able to pass.
  expect(await mode(dataDir)).toBe(process.getuid?.() === 0 ? '711' : '700');
  expect(await mode(join(base, 'deep'))).toBe((0o777 & ~process.umask()).toString(8));
  expect(await mode(join(dataDir, 'server.lock'))).toBe('600');
  lock.release();
});

test('a second lock is rejected until the first is released, and the error names the folder and the process', async () => {
  const lock = await lockDataDir(dataDir);
  await expect(lockDataDir(dataDir)).rejects.toThrow(
    `The data folder ${dataDir} is in use by process ${process.pid}: only one server can use it at a time.`,
  );
  lock.release();
  lock.release();
  (await lockDataDir(dataDir)).release();
});

test('the lock file of a dead server locks nothing, whatever process id it contains', async () => {
  (await lockDataDir(dataDir)).release();
  await writeFile(join(dataDir, 'server.lock'), `${RUNNING_PID}\n`);
  const lock = await lockDataDir(dataDir);
  expect(await readFile(join(dataDir, 'server.lock'), 'utf8')).toBe(`${process.pid}\n`);
  lock.release();
});

test('without flock, a file with the id of a running process is the lock', async () => {
  vi.stubEnv('PATH', '/nonexistent');
  const lock = await lockDataDir(dataDir);
  expect(await readFile(join(dataDir, 'server.pid'), 'utf8')).toBe(`${process.pid}\n`);
  await writeFile(join(dataDir, 'server.pid'), `${RUNNING_PID}\n`);
  await expect(lockDataDir(dataDir)).rejects.toThrow(`in use by process ${RUNNING_PID}`);
  lock.release();
  await expect(stat(join(dataDir, 'server.pid'))).rejects.toThrow('ENOENT');
});

test('without flock, the file of a dead process locks nothing', async () => {
  vi.stubEnv('PATH', '/nonexistent');
  (await lockDataDir(dataDir)).release();
  await writeFile(join(dataDir, 'server.pid'), `${UNUSED_PID}\n`);
  (await lockDataDir(dataDir)).release();
});
