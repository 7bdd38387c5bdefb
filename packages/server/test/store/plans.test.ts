/**
 * Plans of the hot statements, on empty, small and huge tables, with and without statistics. The number of rows that they touch,
 * as PostgreSQL counts them, must not grow with the tables.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { APPEND_SQL } from '../../src/store/append/append-sql.ts';
import { EVENT_SQL } from '../../src/store/events.ts';
import { GREETING_SQL } from '../../src/store/greetings.ts';
import { MESSAGE_SQL } from '../../src/store/messages.ts';
import { ROOM_SQL } from '../../src/store/rooms.ts';
import { SEARCH_INDEX_SQL } from '../../src/store/search/search-index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { seedMessages } from '../harness/seed-messages.ts';
import { openSql, type Sql } from '../harness/sql.ts';

// A million rows take ten seconds, and longer on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const BATCH = 500;
const PAGE = 50;
const ROOMS = 2;
/** A table up to this many rows may be scanned as a whole, which is as fast as an index. */
const SMALL = 2_500;
/** Rows that a message of a batch may touch: its room twice, its membership, a duplicate, its reply target, and some more,
 * old versions of these rows included. */
const TOUCHES_EACH = 14;

/** Stages of a store's life: its number of messages, and whether PostgreSQL has statistics. */
const STAGES = [
  { messages: 0, analyzed: false },
  { messages: 1_000, analyzed: false },
  { messages: 1_000, analyzed: true },
  { messages: 1_000_000, analyzed: false },
  { messages: 1_000_000, analyzed: true },
];

let testDatabase: TestDatabase;
let admin: Sql;
/** A session whose plans are from when the tables were empty. */
let veteran: Sql;
let people: number[];
let big: number;
let fresh: number;
let sent = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  [admin, veteran] = [await openSql(testDatabase.url), await openSql(testDatabase.url)];
  // The server's own ANALYZE would come at any time, and change plans in the middle of a stage.
  await admin.rows(`DO $$ DECLARE t regclass; BEGIN
    FOR t IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    LOOP EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', t); END LOOP; END $$`);
  // Makes the seeding faster, and changes no plan.
  await admin.rows('ALTER TABLE events SET UNLOGGED');
  await admin.rows('ALTER TABLE messages SET UNLOGGED');
  const insert = `INSERT INTO accounts (username, password_hash) SELECT 'p' || g, '' FROM generate_series(1, ${BATCH + 10}) g RETURNING id`;
  people = (await admin.rows<{ id: number }>(insert)).map(({ id }) => id);
  [big, fresh] = [await makeRoom('big'), await makeRoom('fresh')];
  await admin.rows(APPEND_SQL.entries.text, [
    people.slice(1, 10).flatMap(() => [big, fresh]),
    people.slice(1, 10).flatMap((id) => [id, id]),
    people.slice(1, 10).flatMap(() => ['join', 'join']),
  ]);
});
afterAll(async () => {
  for (const sql of [admin, veteran]) await sql.close();
  await testDatabase.drop();
});

describe.each(STAGES)('with $messages messages, analyzed: $analyzed', ({ messages, analyzed }) => {
  let newcomer: Sql;
  beforeAll(async () => {
    newcomer = await openSql(testDatabase.url);
    const { head } = await admin.row<{ head: number }>('SELECT last_seq AS head FROM rooms WHERE id = $1', [
      big,
    ]);
    if (head < messages)
      await seedMessages(admin, { roomId: big, accountIds: people.slice(0, 10), count: messages - head });
    if (analyzed) await admin.rows('ANALYZE');
  });
  afterAll(async () => {
    await flush(newcomer);
    await newcomer.close();
  });

  it.each(['append_messages', 'append_judged_messages', 'append_joins_and_leaves', 'search_index'])(
    '%s reads through indexes only, and joins no batch with itself',
    async (name) => {
      for (const plan of await plansOf(newcomer, name)) expect(faultsOf(plan)).toEqual([]);
    },
  );

  it('a batch touches a few rows per message, in an old session and in a new one', async () => {
    for (const [sql, values] of [newcomer, veteran].flatMap(
      (sql) =>
        [
          [sql, batch()],
          [sql, newBatch()],
        ] as const,
    )) {
      const touched = await touchedBy(sql, APPEND_SQL.messages.text, values);
      expect(touched).toMatchObject({ scans: { events: 0, messages: 0, memberships: 0, rooms: 0 } });
      expect(touched.rows).toBeLessThan(BATCH * TOUCHES_EACH);
    }
  });

  it('a batch of joins or leaves touches a few rows per person', async () => {
    const crowd = people.slice(10);
    for (const kind of ['join', 'leave']) {
      const values = [crowd.map(() => fresh), crowd, crowd.map(() => kind)];
      const touched = await touchedBy(newcomer, APPEND_SQL.entries.text, values);
      expect(touched).toMatchObject({ scans: { events: 0, messages: 0, memberships: 0, rooms: 0 } });
      expect(touched.rows).toBeLessThan(BATCH * TOUCHES_EACH);
    }
  });

  it.each(['force_custom_plan', 'force_generic_plan'])(
    'a read touches little more than it returns (%s)',
    async (mode) => {
      await newcomer.rows(`SET plan_cache_mode = ${mode}`);
      const middle = messages / 2;
      const [reader = 0] = people;
      const reads: Array<[string, unknown[], number]> = [
        [EVENT_SQL.listAfter.text, [big, middle, BATCH], 5 * BATCH],
        [MESSAGE_SQL.listBefore.text, [big, reader, middle, PAGE], SMALL],
        [MESSAGE_SQL.listBefore.text, [big, reader, Number.MAX_SAFE_INTEGER, PAGE], SMALL],
        [MESSAGE_SQL.listAfter.text, [big, reader, middle, PAGE], SMALL],
        [ROOM_SQL.listOwn.text, [reader, true, '', null, 0, PAGE], SMALL * ROOMS],
        [ROOM_SQL.listOthers.text, [reader, true, '', '', PAGE], SMALL * ROOMS],
        [ROOM_SQL.find.text, [reader, big], SMALL],
        [GREETING_SQL.find.text, [reader], SMALL],
        [SEARCH_INDEX_SQL.listBehind.text, [], SMALL],
        [SEARCH_INDEX_SQL.indexBatch.text, [[big, fresh], 100, 32_768], SMALL],
      ];
      const wasteful: string[] = [];
      for (const [text, values, most] of reads) {
        const { rows } = await touchedBy(newcomer, text, values);
        if (rows > most) wasteful.push(`${rows} rows instead of ${most}: ${text}`);
      }
      expect(wasteful).toEqual([]);
    },
  );
});

/** Returns a batch for both rooms, with a few duplicates and replies. */
function batch(): unknown[] {
  const items = Array.from({ length: BATCH }, (_, i) => i);
  sent += BATCH;
  return [
    items.map((i) => (i % 2 === 0 ? big : fresh)),
    items.map((i) => people[i % 10]),
    items.map((i) => (i < 10 ? `repeat-${i % 5}` : `id-${sent + i}-plans`)),
    items.map((i) => `text ${i % 5 === 0 ? 0 : i}`),
    items.map((i) => (i % 10 === 9 ? 1 : null)),
    items.map(() => null),
    items.map((i) => (i % 50 === 7 ? 'person-1 nobody' : null)),
    null,
  ];
}

/** A batch without repeats, which is stored in one pass. */
function newBatch(): unknown[] {
  const values = batch();
  values[2] = (values[2] as string[]).map((_, i) => `new-${sent + i}-plans`);
  values[7] = (values[2] as string[]).map((_, i) => Math.floor(i / 2) + 1);
  return values;
}

type Touched = { rows: number; scans: Record<string, number> };

/** Runs a statement and returns what it touched, from the counters of tables and indexes. */
async function touchedBy(sql: Sql, text: string, values: unknown[]): Promise<Touched> {
  // Another session might publish what it did earlier in the meantime.
  for (const session of new Set([admin, veteran, sql])) await flush(session);
  const before = await counters();
  await sql.rows(text, values);
  await flush(sql);
  const after = await counters();
  const scans = Object.fromEntries(after.map((row, i) => [row.name, row.scans - (before[i]?.scans ?? 0)]));
  const rows = after.reduce((sum, row, i) => sum + row.rows - (before[i]?.rows ?? 0), 0);
  return { rows, scans };
}

/** Makes the session publish its counters at once, instead of some time after the transaction. */
async function flush(sql: Sql): Promise<void> {
  await sql.rows('SELECT pg_stat_force_next_flush()');
}

function counters(): Promise<Array<{ name: string; scans: number; rows: number }>> {
  return admin.rows(`
    SELECT t.relname AS name, t.seq_scan AS scans, t.seq_tup_read + COALESCE((
      SELECT sum(i.idx_tup_read) FROM pg_stat_user_indexes i WHERE i.relid = t.relid
    ), 0)::bigint AS rows
    FROM pg_stat_user_tables t ORDER BY t.relname`);
}

type Plan = {
  'Node Type': string;
  'Relation Name'?: string;
  'Parent Relationship'?: string;
  'CTE Name'?: string;
  Plans?: Plan[];
};

/** Returns the plans of a function's statements, prepared with the function's settings. */
async function plansOf(sql: Sql, name: string): Promise<Plan[]> {
  const { body, args, config } = await sql.row<{ body: string; args: string[]; config: string[] }>(
    `SELECT prosrc AS body, proargnames[1:pronargs] AS args, proconfig AS config FROM pg_proc WHERE proname = $1`,
    [name],
  );
  const plans: Plan[] = [];
  await sql.rows('BEGIN');
  for (const setting of config) await sql.rows(`SET LOCAL ${setting}`);
  for (const text of statementsIn(body)) {
    const types = args.map((arg) => TYPES[arg]).join(', ');
    const bound = args.reduce(
      (left, arg, i) => left.replaceAll(new RegExp(`\\b${arg}\\b`, 'g'), `$${i + 1}`),
      text,
    );
    await sql.rows(`PREPARE probe (${types}) AS ${withoutVariables(bound)}`);
    const nulls = args.map(() => 'NULL').join(', ');
    const [row] = await sql.rows<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `EXPLAIN (FORMAT JSON) EXECUTE probe (${nulls})`,
    );
    await sql.rows('DEALLOCATE probe');
    if (row) plans.push(row['QUERY PLAN'][0].Plan);
  }
  await sql.rows('ROLLBACK');
  expect(plans.length).toBeGreaterThan(0);
  return plans;
}

const TYPES: Record<string, string> = {
  p_rooms: 'bigint[]',
  p_accounts: 'bigint[]',
  p_ids: 'text[]',
  p_contents: 'text[]',
  p_replies: 'bigint[]',
  p_kinds: 'text[]',
  p_names: 'text[]',
  p_places: 'bigint[]',
  p_at: 'timestamptz',
  p_limit: 'integer',
  p_chars: 'integer',
};

/** Returns the statements of a PL/pgSQL body that begin with WITH, as all hot ones do. */
function statementsIn(body: string): string[] {
  return [...body.matchAll(/^\s*WITH [\s\S]*?;/gm)].map(([text]) => text);
}

/** Replaces variables by values of their type, and removes INTO. */
function withoutVariables(text: string): string {
  return text
    .replaceAll(/\bINTO v_\w+(, v_\w+)*/g, '')
    .replaceAll(/\bv_at\b/g, 'now()')
    .replaceAll(/\bv_room\.\w+|\bv_\w+|\bindexed\b/g, '1::integer');
}

/** Returns scans of whole tables, and nested loops that read the same batch again for each of its items. */
function faultsOf(plan: Plan): string[] {
  const own = plan['Node Type'] === 'Seq Scan' ? [`scan of ${plan['Relation Name']}`] : [];
  const [, inner] = plan['Node Type'] === 'Nested Loop' ? (plan.Plans ?? []) : [];
  const repeated = inner
    ? nodesOf(inner).filter((node) => /^(CTE|Function|Seq) Scan$/.test(node['Node Type']))
    : [];
  return [
    ...own,
    ...repeated.map((node) => `repeated: ${node['Node Type']} ${node['CTE Name'] ?? ''}`),
    ...(plan.Plans ?? []).flatMap(faultsOf),
  ];
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

async function makeRoom(name: string): Promise<number> {
  const create = "SELECT room_id FROM create_room($1, 'open', '', $2)";
  return (await admin.row<{ room_id: number }>(create, [name, people[0]])).room_id;
}
