import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readOrCreateSecret } from './secret-file.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banter-secret-'));
  path = join(folder, 'secret');
});
afterEach(() => rm(folder, { recursive: true }));

test('a new secret has 48 random bytes, and only its owner may read it', async () => {
  const secret = await readOrCreateSecret(path);
  expect(Buffer.from(secret, 'base64url')).toHaveLength(48);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readFile(path, 'utf8')).toBe(`${secret}\n`);
});

test('every later start reads the same secret', async () => {
  const secret = await readOrCreateSecret(path);
  expect(await readOrCreateSecret(path)).toBe(secret);
});

test('another file gets another secret', async () => {
  expect(await readOrCreateSecret(path)).not.toBe(await readOrCreateSecret(`${path}-2`));
});

test('a secret that an operator wrote is used, without the line end', async () => {
  await writeFile(path, '  a secret of my own\r\n');
  expect(await readOrCreateSecret(path)).toBe('a secret of my own');
});

test('an empty file is rejected, and the error says what to do', async () => {
  await writeFile(path, '\n');
  await expect(readOrCreateSecret(path)).rejects.toThrow(`${path} is empty: delete it and start again`);
});

test('the error of a file that cannot be written says why', async () => {
  await expect(readOrCreateSecret(join(folder, 'absent', 'secret'))).rejects.toThrow(/ENOENT/);
});
