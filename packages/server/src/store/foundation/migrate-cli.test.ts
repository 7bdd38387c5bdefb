import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createEmptyDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { runFromSource } from '../../../test/harness/program.ts';

// Each test starts several Node processes and databases, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let home: TestDatabase;
let folder: string;

beforeAll(async () => {
  home = await createEmptyDatabase();
  folder = await mkdtemp(join(tmpdir(), 'banter-migrate-'));
});

afterAll(async () => {
  await home.drop();
  await rm(folder, { recursive: true });
});

test('up, status and down work on DATABASE_URL and report what they did', async () => {
  const env = { DATABASE_URL: home.url };
  expect(await migrate(['status'], env)).toMatchObject({
    code: 0,
    output: expect.stringMatching(
      /^1 \w+: not applied$[\s\S]*^SQL functions in \d+ files: not applied: 01_/m,
    ),
  });
  const applied = await migrate(['up'], env);
  expect(applied).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^applied: \w+(, \w+)*, SQL functions$/m),
  });
  expect(await migrate(['status'], env)).toMatchObject({
    output: expect.stringMatching(/^1 \w+: \d{4}-[\s\S]*^SQL functions in \d+ files: up to date$/m),
  });
  expect(await migrate(['up'], env)).toMatchObject({
    code: 0,
    output: expect.stringContaining('nothing to apply'),
  });
  expect(await migrate(['down', '999'], env)).toMatchObject({
    code: 0,
    // One line in all, none for each migration.
    output: expect.stringMatching(/^undone: \w+(, \w+)*\n$/),
  });
  expect(await migrate(['down'], env)).toMatchObject({
    code: 0,
    output: expect.stringContaining('nothing to undo'),
  });
});

test('the address can come from a file', async () => {
  const file = join(folder, 'database-url');
  await writeFile(file, `${home.url}\n`);
  expect(await migrate(['status'], { DATABASE_URL_FILE: file })).toMatchObject({ code: 0 });
});

test('without an address, the database in the data folder is migrated', async () => {
  const env = { DATA_DIR: join(folder, 'data') };
  expect(await migrate(['up'], env)).toMatchObject({ code: 0, output: expect.stringMatching(/^applied: /m) });
  expect(await migrate(['up'], env)).toMatchObject({
    code: 0,
    output: expect.stringContaining('nothing to apply'),
  });
});

test('a wrong command line prints the usage, and a failure its reason', async () => {
  for (const args of [[], ['sideways'], ['down', 'two'], ['down', '0'], ['up', '1', '2'], ['constructor']]) {
    expect(await migrate(args, { DATABASE_URL: home.url })).toMatchObject({
      code: 2,
      output: expect.stringMatching(/^usage: make migrate-up, or make migrate-down N=2 .*migrate-cli up/),
    });
  }
  const lost = { DATABASE_URL: `postgres://banter@${encodeURIComponent(folder)}/banter` };
  expect(await migrate(['up'], lost)).toEqual({
    code: 1,
    output: expect.stringMatching(/^connect ENOENT .*\n$/),
  });
});

function migrate(args: string[], env: Record<string, string>) {
  return runFromSource('packages/server/src/store/foundation/migrate-cli.ts', args, env);
}
