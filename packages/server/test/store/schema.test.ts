/** The schema: its tables by migrations, its functions and triggers once each in the files of `schema/`. */
import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { migrateDown, migrateUp, schemaStatus } from '../../src/store/migrate/migrate.ts';
import { refusal } from '../../src/store/rows/refusals.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { openSql, type Sql } from '../harness/sql.ts';

vi.setConfig({ testTimeout: 60_000 });

const STORE = new URL('../../src/store/', import.meta.url);
const files = filesOf('schema');
const routines = files.flatMap(({ text }) => routinesIn(text));
const triggers = files.flatMap(({ text }) =>
  [...text.matchAll(/^CREATE (?:OR REPLACE |CONSTRAINT )TRIGGER (\w+)/gm)].map(([, name = '']) => name),
);
const log = () => {};
/** How often the files change while other sessions act. */
const CHANGES = 5;

let database: TestDatabase;
let sql: Sql;

describe('the files of schema/', () => {
  beforeAll(() => open(createTestDatabase));
  afterAll(close);

  it('hold every function of the database once, with the same text', async () => {
    const stored = await sql.rows<{ name: string; body: string | null }>(`
      SELECT proname AS name, CASE WHEN prosqlbody IS NULL THEN prosrc END AS body FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace AND ${OWN} ORDER BY 1`);
    expect(routines.map(({ name, body }) => ({ name, body })).sort(byName)).toEqual(stored.sort(byName));
  });

  it('hold every trigger of the database once', async () => {
    const stored = await sql.rows<{ name: string }>(
      'SELECT tgname AS name FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1',
    );
    expect(triggers.toSorted()).toEqual(stored.map(({ name }) => name).sort());
  });

  it('hold functions and triggers only', () => {
    const statements = files.flatMap(({ text }) => statementsIn(text));
    expect(
      statements.filter(
        (text) =>
          !/^(CREATE OR REPLACE (FUNCTION|TRIGGER)|CREATE CONSTRAINT TRIGGER|DROP TRIGGER IF EXISTS) /.test(
            text,
          ),
      ),
    ).toEqual([]);
  });

  it('say in a comment what each function is for', () => {
    expect(routines.filter(({ comment }) => comment === '').map(({ name }) => name)).toEqual([]);
  });

  it('refuse an act only for a reason that has an error', () => {
    const acts = routines.filter(({ name }) => /^(append|begin)_/.test(name));
    const reasons = new Set(acts.flatMap(({ body }) => reasonsIn(body ?? '')));
    expect(reasons).toContain('no_message');
    expect([...reasons].filter((reason) => refusal(reason).code === 'internal')).toEqual([]);
  });
});

describe('the files of schema/, when one changes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'banter-schema-'));
  const folders = {
    migrations: new URL('migrations/', STORE),
    routines: pathToFileURL(`${folder}/`),
  };
  beforeAll(() => open(createTestDatabase));
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await close();
  });

  it('are applied again without disturbing the acts of other sessions', async () => {
    cpSync(new URL('schema/', STORE), folder, { recursive: true });
    let isOver = false;
    const sessions = [1, 2, 3].map(async (number) => {
      const session = await openSql(database.url);
      const { id } = await session.row<{ id: number }>(
        `INSERT INTO accounts (username, password_hash) VALUES ('p${number}', '') RETURNING id`,
      );
      const room = await session.row<{ id: number }>(
        `SELECT room_id AS id FROM create_room('r${number}', 'open', '', $1)`,
        [id],
      );
      let acts = 0;
      while (!isOver) await session.rows(`SELECT append_topic($1, $2, $3)`, [room.id, id, `topic ${++acts}`]);
      await session.close();
      return acts;
    });
    for (let change = 1; change <= CHANGES; change++) {
      appendFileSync(join(folder, '01_times.sql'), `-- change ${change}\n`);
      expect((await migrateUp(database.url, { log, folders })).routines).toBe(true);
    }
    isOver = true;
    const acts = await Promise.all(sessions);
    const { audited } = await sql.row<{ audited: number }>(
      `SELECT count(*) AS audited FROM audit_log WHERE act = 'room.topic'`,
    );
    expect(audited).toBe(acts.reduce((sum, count) => sum + count, 0));
  });
});

it('[O1] five functions insert events, under the lock of the room’s row, and nothing else does', () => {
  const insert = /\bINTO events\b/i;
  const writers = routines.filter(({ body }) => body !== null && insert.test(body)).map(({ name }) => name);
  expect(writers.sort()).toEqual([
    'append_joins_and_leaves',
    'append_judged_messages',
    'append_message',
    'append_messages',
    'record_event',
  ]);
  const source = new URL('../', STORE);
  const modules = readdirSync(source, { encoding: 'utf8', recursive: true }).filter((name) =>
    name.endsWith('.ts'),
  );
  const texts = modules.filter((name) => !name.endsWith('.test.ts'));
  expect(texts.filter((name) => insert.test(readFileSync(new URL(name, source), 'utf8')))).toEqual([]);
});

describe('the migrations', () => {
  beforeAll(() => open(createEmptyDatabase));
  afterAll(close);

  it('hold no functions and no triggers', () => {
    const made = /\b(FUNCTION|PROCEDURE|TRIGGER|DO \$)/i;
    const texts = filesOf('migrations').map(({ name, text }) => ({ name, text: withoutComments(text) }));
    expect(texts.filter(({ text }) => made.test(text)).map(({ name }) => name)).toEqual([]);
  });

  it('go up, down to nothing, and up again to the same schema', async () => {
    const { migrations: applied } = await migrateUp(database.url, { log });
    const first = await catalog();
    expect(await migrateDown(database.url, { steps: applied.length, log })).toEqual(applied.toReversed());
    expect(await catalog()).toEqual([]);
    expect((await migrateUp(database.url, { log })).migrations).toEqual(applied);
    expect(await catalog()).toEqual(first);
  });

  it('are each undone by their own way down', async () => {
    const { migrations } = await schemaStatus(database.url, { log });
    await migrateDown(database.url, { steps: migrations.length, log });
    for (const { version } of migrations) {
      const before = await catalog();
      await migrateUp(database.url, { log, to: version });
      const there = await tables();
      await migrateDown(database.url, { log });
      expect(await catalog(), `down from ${version}`).toEqual(before);
      await migrateUp(database.url, { log, to: version });
      expect(await tables(), `up to ${version} again`).toEqual(there);
    }
  });
});

/** Functions that belong to no extension. */
const OWN = `NOT EXISTS (
  SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')`;

async function open(create: () => Promise<TestDatabase>): Promise<void> {
  database = await create();
  sql = await openSql(database.url);
}

async function close(): Promise<void> {
  await sql.close();
  await database.drop();
}

function filesOf(folder: string): { name: string; text: string }[] {
  const directory = new URL(`${folder}/`, STORE);
  const names = readdirSync(directory).sort();
  return names.map((name) => ({ name, text: readFileSync(new URL(name, directory), 'utf8') }));
}

type Routine = { name: string; comment: string; body: string | null };

/** The functions of a file. `body` is null for one with a SQL-standard body, which PostgreSQL does not keep as text. */
function routinesIn(text: string): Routine[] {
  const pattern =
    /((?:^--.*\n)*)^CREATE OR REPLACE FUNCTION (\w+)[\s\S]*?(?:\$\$([\s\S]*?)\$\$;|^RETURN\b[\s\S]*?;$)/gm;
  return [...text.matchAll(pattern)].map(([, comment = '', name = '', body]) => ({
    name,
    comment,
    body: body ?? null,
  }));
}

/** Returns the reasons for which a function refuses: its outcomes, except those of what was done. */
function reasonsIn(body: string): string[] {
  const found = [...body.matchAll(/\b(?:outcome|refusal) := '(\w+)/g)].map(([, reason = '']) => reason);
  return found.filter((reason) => !['done', 'unchanged', 'stored'].includes(reason));
}

/** The statements of a file, without comments; a function's body is part of its statement. */
function statementsIn(text: string): string[] {
  return withoutComments(text)
    .replaceAll(/\$\$[\s\S]*?\$\$/g, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

function withoutComments(text: string): string {
  return text.replaceAll(/--.*$/gm, '');
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** Every column, index, constraint, trigger and function of the database, a line each, but for the runner's own tables. */
async function catalog(): Promise<string[]> {
  const rows = await sql.rows<{ line: string }>(`
    SELECT 'column ' || table_name || '.' || column_name || ' '
      -- The place among the columns that exist: a dropped column leaves a hole in ordinal_position.
      || row_number() OVER (PARTITION BY table_name ORDER BY ordinal_position) || ' ' || data_type || ' '
      || is_nullable || COALESCE(' ' || column_default, '') AS line
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'index ' || tablename || ' ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'constraint ' || COALESCE(conrelid::regclass::text, '') || ' ' || conname || ' '
      || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function ' || oid::regprocedure || ' ' || md5(pg_get_functiondef(oid)) FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace AND ${OWN}
    UNION ALL SELECT 'type ' || typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
    ORDER BY 1`);
  return rows.map(({ line }) => line).filter((line) => !/^\w+ schema_(migrations|routines)\b/.test(line));
}

/** As catalog, but without functions and triggers: they are there at the newest version only. */
async function tables(): Promise<string[]> {
  return (await catalog()).filter(
    (line) => !/^(function|trigger|constraint \w+ audit_pending_chain) /.test(line),
  );
}
