import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lockDataDir } from './data-lock.ts';

/** Process 1 always lives, and is never us. */
const SOMEBODY = 1;
/** Linux gives no number above 2^22. */
const NOBODY = 5_000_000;

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

test('the folder is made, closed to others, and its parents with the usual mode', async () => {
  const lock = await lockDataDir(dataDir);
  const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
  // As root PostgreSQL runs as somebody else, who passes through.
  expect(await mode(dataDir)).toBe(process.getuid?.() === 0 ? '711' : '700');
  expect(await mode(join(base, 'deep'))).toBe((0o777 & ~process.umask()).toString(8));
  expect(await mode(join(dataDir, 'server.lock'))).toBe('600');
  lock.release();
});

test('a second lock is refused, naming the folder and the holder, until the first is released', async () => {
  const lock = await lockDataDir(dataDir);
  await expect(lockDataDir(dataDir)).rejects.toThrow(
    `The data folder ${dataDir} is in use by the process ${process.pid}: one server at a time.`,
  );
  lock.release();
  lock.release();
  (await lockDataDir(dataDir)).release();
});

test('a file that a dead server left behind locks nothing, whatever number stands in it', async () => {
  (await lockDataDir(dataDir)).release();
  await writeFile(join(dataDir, 'server.lock'), `${SOMEBODY}\n`);
  const lock = await lockDataDir(dataDir);
  expect(await readFile(join(dataDir, 'server.lock'), 'utf8')).toBe(`${process.pid}\n`);
  lock.release();
});

test('without flock, a file with the number of a living process is the lock', async () => {
  vi.stubEnv('PATH', '/nonexistent');
  const lock = await lockDataDir(dataDir);
  expect(await readFile(join(dataDir, 'server.pid'), 'utf8')).toBe(`${process.pid}\n`);
  await writeFile(join(dataDir, 'server.pid'), `${SOMEBODY}\n`);
  await expect(lockDataDir(dataDir)).rejects.toThrow(`in use by the process ${SOMEBODY}`);
  lock.release();
  await expect(stat(join(dataDir, 'server.pid'))).rejects.toThrow('ENOENT');
});

test('without flock, the file of a dead process is no lock', async () => {
  vi.stubEnv('PATH', '/nonexistent');
  (await lockDataDir(dataDir)).release();
  await writeFile(join(dataDir, 'server.pid'), `${NOBODY}\n`);
  (await lockDataDir(dataDir)).release();
});
