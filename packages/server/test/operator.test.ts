/** Tests the operator's commands by running them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { migrateUp } from '../src/store/migrate/migrate.ts';
import { startApp, type TestApp } from './harness/app.ts';
import { createTestDatabase, type TestDatabase } from './harness/database.ts';
import { startEmbeddedProcess } from './harness/embedded-process.ts';
import { ask } from './harness/http.ts';
import { PASSWORD, person } from './harness/people.ts';
import { runFromSource } from './harness/program.ts';
import { openSql } from './harness/sql.ts';

// Each test starts several Node processes and databases, which is slow on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** The usage that a wrong command line prints, by command; the first command's for an unknown one. */
const USAGES: Record<string, RegExp> = {
  'reset-password': /^usage: make reset-password USERNAME=ada\n$/,
  'release-username': /^usage: make release-username USERNAME=ada\n$/,
};

describe('audit-verify', () => {
  let home: TestDatabase;
  beforeAll(async () => {
    home = await createTestDatabase();
  });
  afterAll(() => home.drop());

  it('[G2] prints the number of intact rows, or the first broken one', async () => {
    const env = { DATABASE_URL: home.url };
    const sql = await openSql(home.url);
    expect(await operator(['audit-verify'], env)).toEqual({
      code: 0,
      output: 'the audit log is intact: 0 rows\n',
    });
    for (let i = 0; i < 3; i++) await sql.rows(`SELECT audit(1, 'room.kick', '{}')`);
    const whole = await operator(['audit-verify'], env);
    expect(whole).toEqual({
      code: 0,
      output: expect.stringMatching(/^the audit log is intact: 3 rows\nHEAD=3:[0-9a-f]{64}\n$/),
    });
    const head = /HEAD=(?<head>\S+)/.exec(whole.output)?.groups?.head ?? '';
    expect(await operator(['audit-verify', head], env)).toEqual(whole);
    expect(await operator(['audit-verify', head.replace(/.$/, (x) => (x === '0' ? '1' : '0'))], env)).toEqual(
      {
        code: 1,
        output: 'the audit log is broken at row 3: the chain was rewritten\n',
      },
    );
    await sql.rows('ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only');
    await sql.rows('DELETE FROM audit_log WHERE id = 2');
    expect(await operator(['audit-verify'], env)).toEqual({
      code: 1,
      output: 'the audit log is broken at row 2: it is missing\n',
    });
    await sql.close();
  });

  it('prints the usage for a wrong command line', async () => {
    for (const args of [
      [],
      ['audit'],
      ['audit-verify', '3'],
      ['audit-verify', '0:ab'],
      ['audit-verify', '', 'x'],
      ['reset-password'],
      ['reset-password', 'ada', 'bob'],
      ['release-username'],
    ]) {
      expect(await operator(args, { DATABASE_URL: home.url })).toMatchObject({
        code: 2,
        output: expect.stringMatching(USAGES[args[0] ?? ''] ?? /^usage: make audit-verify/),
      });
    }
  });
});

describe('for an account, the operator', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  it('[G6] gets a way to set a new password, which works once', async () => {
    const ada = await person(app, 'ada');
    const { code, output } = await operator(['reset-password', 'ADA'], {
      DATABASE_URL: app.databaseUrl,
      PUBLIC_URL: app.url,
    });
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringContaining('to set a new password for ada, once, until 2'),
    });
    const { token } = /\/#reset\/(?<token>[\w-]{43})\n/.exec(output)?.groups ?? {};
    expect(output).toContain(`"token":"${token}"`);
    const { path, body } = /(?<path>\/v1\/auth\/reset) --json '(?<body>.*)'/.exec(output)?.groups ?? {};
    const question = { ...JSON.parse(body ?? ''), password: 'quite another pass phrase' };
    expect((await ask(app, 'POST', path ?? '', { body: question })).status).toBe(204);
    expect((await ada.asks('GET', '/v1/me')).status).toBe(401);
    expect((await ask(app, 'POST', path ?? '', { body: question })).status).toBe(404);
    const login = { login: 'ada', password: 'quite another pass phrase' };
    expect((await ask(app, 'POST', '/v1/auth/login', { body: login })).status).toBe(200);
    expect(await operator(['reset-password', 'nobody'], { DATABASE_URL: app.databaseUrl })).toEqual({
      code: 1,
      output: 'there is no account "nobody": check the username\n',
    });
  });

  it('[U8] lets the username of a deleted account be registered again', async () => {
    const bob = await person(app, 'bob');
    await bob.asks('DELETE', '/v1/me', { password: PASSWORD, messages: 'keep' });
    const env = { DATABASE_URL: app.databaseUrl };
    const released = { code: 0, output: 'anyone may register as Bob now\n' };
    expect(await operator(['release-username', 'Bob'], env)).toEqual(released);
    expect((await person(app, 'bob')).user.username).toBe('bob');
    expect(await operator(['release-username', 'bob'], env)).toEqual({
      code: 1,
      output: 'no deleted account had the username "bob": nothing to release\n',
    });
  });
});

it('finds the embedded database whether or not its server runs, and never creates one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'banter-operator-'));
  const dataDir = join(folder, 'data');
  try {
    expect(await operator(['audit-verify'], { DATA_DIR: dataDir })).toEqual({
      code: 1,
      output: expect.stringContaining('there is no data folder'),
    });
    const server = await startEmbeddedProcess({ dataDir });
    await migrateUp(server.url, { log: () => {} });
    const verified = { code: 0, output: 'the audit log is intact: 0 rows\n' };
    expect(await operator(['audit-verify'], { DATA_DIR: dataDir })).toEqual(verified);
    await server.stop();
    expect(await operator(['audit-verify'], { DATA_DIR: dataDir })).toEqual(verified);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

function operator(args: string[], env: Record<string, string>) {
  return runFromSource('packages/server/src/operator-cli.ts', args, env);
}
