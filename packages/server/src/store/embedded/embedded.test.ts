import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { copyCheckout } from '../../../test/harness/checkout.ts';
import {
  type EmbeddedProcess,
  spawnChild,
  startEmbeddedProcess,
} from '../../../test/harness/embedded-process.ts';
import { until } from '../../../test/harness/wait.ts';
import { findOsAccount } from './os-account.ts';
import { processesOf } from './reclaim.ts';

// Each test starts several Node processes and databases, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

/** The accounts that start the server. Only root can try both. */
const STARTERS: { name: string; uid: number | undefined }[] = isRoot
  ? [
      { name: 'root', uid: undefined },
      { name: 'an ordinary user', uid: NOBODY },
    ]
  : [{ name: 'an ordinary user', uid: undefined }];

let base: string;
let checkout: string;

beforeAll(async () => {
  base = await mkdtemp('/tmp/banter-embedded-');
  await chmod(base, 0o755);
  checkout = join(base, 'checkout');
  await copyCheckout(checkout);
});

afterAll(async () => {
  await rm(base, { recursive: true, force: true });
});

describe.each(STARTERS)('started by $name', ({ name, uid }) => {
  let dataDir: string;
  const start = (folder = dataDir) => startEmbeddedProcess({ dataDir: folder, uid, checkout });

  beforeAll(async () => {
    const home = join(base, name.replaceAll(' ', '-'));
    await mkdir(home);
    if (uid !== undefined) await chown(home, uid, uid);
    dataDir = join(home, 'data');
  });

  test('a first start creates a durable database that no other account can open', async () => {
    const server = await start();
    const settings = await ask(
      server,
      `select current_setting('fsync') || current_setting('full_page_writes') || current_setting('synchronous_commit')
        as durable, current_setting('listen_addresses') as tcp, current_setting('data_checksums') as checksums,
        (select datlocale from pg_database where datname = current_database()) as locale,
        (select rolsuper from pg_roles where rolname = current_user) as super`,
    );
    expect(settings).toEqual([
      { durable: 'ononon', tcp: '', checksums: 'on', locale: 'C.UTF-8', super: false },
    ]);
    const account = await findOsAccount();
    const owner = uid ?? account?.uid ?? process.getuid?.();
    const [cluster, folder, socket] = await Promise.all(
      [server.location, dataDir, socketDirOf(server)].map((path) => stat(path)),
    );
    expect([cluster?.uid, socket?.uid]).toEqual([owner, owner]);
    expect([cluster, folder, socket].map((it) => (it ? it.mode & 0o777 : 0).toString(8))).toEqual([
      '700',
      isRoot && uid === undefined ? '711' : '700',
      '700',
    ]);
    await ask(server, 'create table words (word text)');
    await server.stop();
    await expect(stat(socketDirOf(server))).rejects.toThrow('ENOENT');
    expect(await processesOf(server.location, server.pid)).toEqual([]);
  });

  test('committed rows survive SIGKILL of the server, and PostgreSQL ends with it', async () => {
    const server = await start();
    await ask(server, `insert into words values ('kept')`);
    await server.kill();
    await until('PostgreSQL ends', async () => (await processesOf(server.location, server.pid)).length === 0);
    const next = await start();
    expect(await ask(next, 'select word from words')).toEqual([{ word: 'kept' }]);
    await expect(stat(socketDirOf(server))).rejects.toThrow('ENOENT');
    await next.stop();
  });

  test('a start right after SIGKILL succeeds', async () => {
    const server = await start();
    await server.kill();
    const next = await start();
    expect(await ask(next, 'select word from words')).toEqual([{ word: 'kept' }]);
    await next.stop();
  });

  test('a start after SIGKILL of both PostgreSQL and the server succeeds', async () => {
    const server = await start();
    process.kill(server.pid, 'SIGKILL');
    await server.kill();
    const next = await start();
    expect(await ask(next, 'select word from words')).toEqual([{ word: 'kept' }]);
    await next.stop();
  });

  test('a PostgreSQL that dies is restarted under the same address', async () => {
    const server = await start();
    process.kill(server.pid, 'SIGKILL');
    const rows = await until('PostgreSQL is back', () =>
      ask(server, 'select word from words').catch(() => null),
    );
    expect(rows).toEqual([{ word: 'kept' }]);
    await server.stop();
    expect(await processesOf(server.location, server.pid)).toEqual([]);
  });

  test('a lock file with the id of an unrelated running process is ignored', async () => {
    await writeFile(
      join(dataDir, 'postgres', 'postmaster.pid'),
      `${process.pid}\n${dataDir}/postgres\n1\n5432\n/tmp\n`,
    );
    const server = await start();
    await server.stop();
  });

  test('a first start that was killed half-way is repeated', async () => {
    const half = `${dataDir}-half`;
    const child = spawnChild({ dataDir: half, uid, checkout });
    const names = () => readdir(half).catch((): string[] => []);
    await until('the creation begins', async () =>
      (await names()).some((entry) => entry.includes('unfinished')),
    );
    child.kill('SIGKILL');
    const server = await start(half);
    expect((await names()).sort()).toEqual(['postgres', 'postgres.socket', 'server.lock']);
    await server.stop();
  });

  test('data of another major version are rejected, with a way out', async () => {
    const file = join(dataDir, 'postgres', 'PG_VERSION');
    await writeFile(file, '17\n');
    await expect(start()).rejects.toThrow(/was created by PostgreSQL 17.*DATABASE_URL.*pg_dump/s);
    await writeFile(file, '18\n');
  });

  test('an error about a failed start quotes PostgreSQL', async () => {
    const file = join(dataDir, 'postgres', 'global', 'pg_control');
    const control = await readFile(file);
    await writeFile(file, '');
    await expect(start()).rejects.toThrow(/PostgreSQL did not start.*pg_control/s);
    await writeFile(file, control);
    await (await start()).stop();
  });

  test('a folder that is not a database is left alone', async () => {
    const foreign = `${dataDir}-foreign`;
    const folder = join(foreign, 'postgres');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'notes.txt'), 'mine');
    if (uid !== undefined) for (const path of [foreign, folder]) await chown(path, uid, uid);
    await expect(start(foreign)).rejects.toThrow(/is not a PostgreSQL database/);
    expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('mine');
  });

  test('an error about a folder that cannot be written names it and says what is wrong', async () => {
    const file = join(base, 'file');
    await writeFile(file, '');
    await expect(start(join(file, 'data'))).rejects.toThrow(
      `The folder ${file}/data cannot be used: part of the path`,
    );
    const closed = `${dataDir}-closed`;
    await mkdir(closed, { mode: 0o500 });
    if (uid !== undefined) await chown(closed, uid, uid);
    if (isRoot && uid === undefined) return;
    await expect(start(join(closed, 'data'))).rejects.toThrow('permission was denied');
  });

  test('a second server on the folder is told which process uses it', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(
      `The data folder ${dataDir} is in use by process ${first.child.pid}`,
    );
    const files = await Promise.all(
      (await readdir(`/proc/${first.pid}/fd`)).map((fd) => readlink(`/proc/${first.pid}/fd/${fd}`)),
    );
    expect(files.filter((file) => file.endsWith('server.lock'))).toEqual([]);
    await first.stop();
  });
});

async function ask(server: { url: string }, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.url });
  client.on('error', () => {});
  await client.connect();
  return client
    .query(sql)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}

function socketDirOf({ url }: EmbeddedProcess): string {
  return decodeURIComponent(new URL(url).host.replace(/:\d+$/, ''));
}
