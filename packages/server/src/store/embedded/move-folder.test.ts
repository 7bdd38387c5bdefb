import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { moveFolder } from './move-folder.ts';

/** On Linux the first one is in memory, so on another file system than the temporary folder. */
const SOURCES = ['/dev/shm', tmpdir()].filter((path) => existsSync(path));

test.each(SOURCES)('a folder moves from %s with its modes and leaves nothing behind', async (source) => {
  const [base, target] = await Promise.all([temporary(source), temporary(tmpdir())]);
  const [from, to] = [join(base, 'data'), join(target, 'moved')];
  await mkdir(join(from, 'inner'), { recursive: true, mode: 0o700 });
  await writeFile(join(from, 'inner', 'file'), 'kept', { mode: 0o600 });
  await moveFolder(from, to, join(target, 'unfinished'));
  expect(await readFile(join(to, 'inner', 'file'), 'utf8')).toBe('kept');
  expect((await stat(join(to, 'inner', 'file'))).mode & 0o777).toBe(0o600);
  expect([await readdir(base), await readdir(target)]).toEqual([[], ['moved']]);
});

test('a folder that cannot be moved is an error', async () => {
  const base = await temporary(tmpdir());
  await expect(moveFolder(join(base, 'none'), join(base, 'to'), join(base, 'part'))).rejects.toThrow(
    'ENOENT',
  );
});

async function temporary(parent: string): Promise<string> {
  const path = await mkdtemp(join(parent, 'banter-move-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}
