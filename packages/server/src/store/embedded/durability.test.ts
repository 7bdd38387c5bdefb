/** Tests of durability, on servers that are configured to lose data. */

import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openDatabase, statements } from '../database/database.ts';
import { startFoundation } from '../foundation/foundation.ts';
import { type EmbeddedServer, startEmbedded } from './embedded.ts';

// These tests start PostgreSQL several times, which takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const log = () => {};

let dataDir: string;
let cluster: string;

beforeAll(async () => {
  dataDir = await mkdtemp('/tmp/banter-durability-');
  cluster = await running({}, async ({ location }) => location);
});
afterAll(async () => {
  await rm(cluster, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
});

test('[S1] a server with fsync and full_page_writes off is rejected: the error names both and says what to do', async () => {
  await running({ fsync: 'off', full_page_writes: 'off' }, async ({ url }) => {
    await expect(onNamedServer(url)).rejects.toThrow(
      /^DATABASE_URL: PostgreSQL at .* has fsync=off: .*; and it has full_page_writes=off: .*ALTER SYSTEM/,
    );
  });
});

test('[S1] no file in the data folder can turn off the durability of the embedded PostgreSQL', async () => {
  await appendFile(join(cluster, 'postgresql.conf'), '\nfsync = off\nfull_page_writes = off\n');
  const foundation = await startFoundation({ dataDir, databaseUrl: null, log });
  expect(await ask(foundation.url, 'SELECT current_setting($1) AS value', ['fsync'])).toEqual({
    value: 'on',
  });
  await foundation.close();
});

test('[S1] our synchronous_commit overrides that of the server, the database and the account', async () => {
  await running({ synchronous_commit: 'off' }, async ({ url }) => {
    await ask(url, 'ALTER DATABASE banter SET synchronous_commit = off');
    await ask(url, 'ALTER ROLE banter SET synchronous_commit = local');
    const withoutOurs = await ask(url, 'SHOW synchronous_commit');
    expect(withoutOurs).toEqual({ synchronous_commit: 'local' });
    const database = openDatabase({ url: `${url}?options=-c%20synchronous_commit=off`, onProblem: () => {} });
    const { show } = statements('durability', { show: 'SHOW synchronous_commit' });
    expect(await database.query(show)).toEqual([{ synchronous_commit: 'on' }]);
    await database.close();
    await expect(onNamedServer(url)).resolves.toBeUndefined();
  });
});

test('a standby is rejected, and the error points to the primary', async () => {
  await writeFile(join(cluster, 'standby.signal'), '');
  await running({}, async ({ url }) => {
    await expect(onNamedServer(url)).rejects.toThrow(/ is a standby, .*: point to the primary/);
  });
  await expect(startFoundation({ dataDir, databaseUrl: null, log })).rejects.toThrow(
    /^the embedded PostgreSQL is a standby/,
  );
  await rm(join(cluster, 'standby.signal'));
});

test('a read-only database is rejected, and the error names the setting', async () => {
  await running({ default_transaction_read_only: 'on' }, async ({ url }) => {
    await expect(onNamedServer(url)).rejects.toThrow(/has transaction_read_only=on/);
  });
});

async function running<T>(
  settings: Record<string, string>,
  work: (server: EmbeddedServer) => Promise<T>,
): Promise<T> {
  const server = await startEmbedded({ dataDir, log, settings });
  return work(server).finally(server.stop);
}

/** Uses the server as one that DATABASE_URL names. */
async function onNamedServer(databaseUrl: string): Promise<void> {
  const foundation = await startFoundation({ dataDir, databaseUrl, log });
  await foundation.close();
}

async function ask(url: string, text: string, values: string[] = []): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(text, values).finally(() => client.end());
  return rows[0];
}
