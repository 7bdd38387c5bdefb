/** Expired sessions, tokens, tickets, invitations, bans and restraints, and closed reports: which rows are deleted, and that indexes find them. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database/database.ts';
import {
  createLeftoverStore,
  LEFTOVERS_SQL,
  type LeftoverKind,
  type LeftoverStore,
} from '../../src/store/upkeep/leftovers.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { openSql, type Sql } from '../harness/sql.ts';

const HOUR = 3_600_000;
const NOW = new Date('2026-03-01T12:00:00.000Z');
const ago = (hours: number) => new Date(NOW.getTime() - hours * HOUR);
const ROWS = 20_000;

let testDatabase: TestDatabase;
let database: Database;
let leftovers: LeftoverStore;
let sql: Sql;
let account: number;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, onProblem: () => {} });
  leftovers = createLeftoverStore(database);
  sql = await openSql(testDatabase.url);
  const inserted = "INSERT INTO accounts (username, password_hash) VALUES ('ann', 'x') RETURNING id";
  account = (await sql.row<{ id: number }>(inserted)).id;
});
beforeEach(() =>
  sql.rows('TRUNCATE sessions, invitations, bans, restraints, reports, address_bans, requests CASCADE'),
);
afterAll(async () => {
  await database.close();
  await sql.close();
  await testDatabase.drop();
});

it('deletes sessions that expired or ended before the given time, with their tokens and tickets', async () => {
  const expired = await session({ expiresAt: ago(2) });
  const ended = await session({ endedAt: ago(2) });
  const live = await session({});
  const lately = [await session({ expiresAt: ago(0.5) }), await session({ endedAt: ago(0.5) })];
  for (const id of [expired, ended, live]) await token(id, null);
  await ticket(ended, ago(-1));
  expect(await leftovers.delete('expiredSessions', ago(1), 10)).toBe(1);
  expect(await leftovers.delete('endedSessions', ago(1), 10)).toBe(1);
  expect(await ids('sessions', 'id')).toEqual([live, ...lately]);
  expect(await ids('refresh_tokens', 'session_id')).toEqual([live]);
  expect(await ids('tickets', 'session_id')).toEqual([]);
});

it('deletes used tokens and expired tickets, the oldest first, up to the limit', async () => {
  const live = await session({});
  for (const usedAt of [ago(5), ago(4), ago(3), ago(0.5), null]) await token(live, usedAt);
  for (const expiresAt of [ago(3), ago(2), ago(-1)]) await ticket(live, expiresAt);
  expect(await leftovers.delete('usedTokens', ago(1), 2)).toBe(2);
  expect(await leftovers.delete('tickets', NOW, 10)).toBe(2);
  const used = await sql.rows<{ at: Date | null }>(
    'SELECT used_at AS at FROM refresh_tokens ORDER BY used_at',
  );
  expect(used.map(({ at }) => at)).toEqual([ago(3), ago(0.5), null]);
  expect(await ids('tickets', 'session_id')).toEqual([live]);
});

it('deletes expired invitations', async () => {
  for (const [hash, expiresAt] of [
    ['old', ago(1)],
    ['new', ago(-1)],
  ]) {
    await sql.rows(
      'INSERT INTO invitations (hash, account_id, created_at, expires_at) VALUES (sha256($1::text::bytea), $2, now(), $3)',
      [hash, account, expiresAt],
    );
  }
  expect(await leftovers.delete('invitations', NOW, 10)).toBe(1);
  expect(await ids('invitations', 'expires_at')).toEqual([ago(-1)]);
});

it('[G8] deletes bans, waits and closed reports that are over, and none that still count', async () => {
  for (const [person, until] of [
    [1, ago(2)],
    [2, ago(-1)],
    [3, null],
  ] as const) {
    await sql.rows("INSERT INTO bans VALUES (1, $1, $2, '', 1, now())", [person, until]);
    await sql.rows(
      "INSERT INTO address_bans (range, reason, until, by_id, at) VALUES (('10.0.0.' || $1)::cidr, '', $2, 1, now())",
      [person, until],
    );
    await sql.rows(
      "INSERT INTO reports (room_id, seq, account_id, reason, closed_at) VALUES (1, $1, 1, '', $2)",
      [person, until],
    );
  }
  for (const [person, mutedUntil, sentAt] of [
    [1, ago(2), ago(3)],
    [2, ago(2), ago(0.5)],
    [3, ago(-1), ago(3)],
    [4, null, ago(2)],
  ] as const)
    await sql.rows('INSERT INTO restraints VALUES (1, $1, $2, $3)', [person, mutedUntil, sentAt]);
  for (const kind of ['bans', 'addressBans', 'closedReports'] as const)
    expect(await leftovers.delete(kind, ago(1), 10), kind).toBe(1);
  expect(await leftovers.delete('restraints', ago(1), 10)).toBe(2);
  expect(await ids('bans', 'account_id')).toEqual([2, 3]);
  expect(await ids('reports', 'seq')).toEqual([2, 3]);
  expect(await ids('restraints', 'account_id')).toEqual([2, 3]);
});

it('[C10] ends open requests that are too old, and keeps the wishes of people who left or declined', async () => {
  for (const [room, state, at] of [
    [1, 'open', ago(2)],
    [2, 'open', ago(-1)],
    [3, 'declined', ago(2)],
    [4, 'askable', ago(2)],
  ] as const)
    await sql.rows('INSERT INTO requests VALUES ($1, 7, $2, 1, $3)', [room, state, at]);
  expect(await leftovers.delete('requests', ago(1), 10)).toBe(1);
  const rows = await sql.rows<{ state: string }>('SELECT state FROM requests ORDER BY room_id');
  expect(rows.map(({ state }) => state)).toEqual(['askable', 'open', 'declined', 'askable']);
});

it('skips rows that another transaction has locked', async () => {
  const held = await session({ endedAt: ago(3) });
  await session({ endedAt: ago(2) });
  const other = await openSql(testDatabase.url);
  await other.rows('BEGIN');
  await other.rows('SELECT 1 FROM sessions WHERE id = $1 FOR UPDATE', [held]);
  expect(await leftovers.delete('endedSessions', ago(1), 10)).toBe(1);
  await other.rows('ROLLBACK');
  await other.close();
  expect(await ids('sessions', 'id')).toEqual([held]);
});

it.each(Object.keys(LEFTOVERS_SQL) as LeftoverKind[])(
  '%s are found by an index among many rows that stay',
  async (kind) => {
    await sql.rows(
      `INSERT INTO sessions (account_id, user_agent, address, created_at, last_used_at, expires_at)
     SELECT $1, '', '', $2, $2, $2 FROM generate_series(1, $3::int)`,
      [account, NOW, ROWS],
    );
    await sql.rows(
      'INSERT INTO refresh_tokens (hash, session_id) SELECT sha256(id::text::bytea), id FROM sessions',
    );
    await sql.rows(
      'INSERT INTO tickets (hash, session_id, expires_at) SELECT sha256(id::text::bytea), id, $1 FROM sessions',
      [NOW],
    );
    await sql.rows(
      `INSERT INTO invitations (hash, account_id, created_at, expires_at)
     SELECT sha256(i::text::bytea), $1, $2, $2 FROM generate_series(1, $3::int) i`,
      [account, NOW, ROWS],
    );
    await sql.rows(`INSERT INTO bans SELECT 1, i, $1, '', 1, $1 FROM generate_series(10, $2::int) i`, [
      NOW,
      ROWS,
    ]);
    await sql.rows(`INSERT INTO restraints SELECT 1, i, $1, $1 FROM generate_series(10, $2::int) i`, [
      NOW,
      ROWS,
    ]);
    await sql.rows(
      `INSERT INTO reports (room_id, seq, account_id, reason, closed_at)
       SELECT 1, i, 1, '', $1 FROM generate_series(10, $2::int) i`,
      [NOW, ROWS],
    );
    await sql.rows(
      `INSERT INTO address_bans (range, reason, until, by_id, at)
       SELECT ('11.0.0.0'::inet + i)::cidr, '', $1, 1, $1 FROM generate_series(1, $2::int) i`,
      [NOW, ROWS],
    );
    await sql.rows(`INSERT INTO requests SELECT i, i, 'open', 1, $1 FROM generate_series(10, $2::int) i`, [
      NOW,
      ROWS,
    ]);
    await sql.rows('ANALYZE');
    const plan = await sql.rows<{ 'QUERY PLAN': string }>(
      `EXPLAIN ${LEFTOVERS_SQL[kind].text.replace('$1', `'${ago(1).toISOString()}'`).replace('$2', '200')}`,
    );
    const text = plan.map((row) => row['QUERY PLAN']).join('\n');
    expect(text).not.toContain('Seq Scan');
  },
);

async function session({ expiresAt = ago(-HOUR), endedAt = null as Date | null }): Promise<number> {
  const { id } = await sql.row<{ id: number }>(
    `INSERT INTO sessions (account_id, user_agent, address, created_at, last_used_at, expires_at, ended_at)
     VALUES ($1, '', '', $2, $2, $3, $4) RETURNING id`,
    [account, ago(10), expiresAt, endedAt],
  );
  return id;
}

let secrets = 0;
function token(sessionId: number, usedAt: Date | null): Promise<unknown> {
  const hash = Buffer.from(`token ${++secrets}`);
  return sql.rows('INSERT INTO refresh_tokens (hash, session_id, used_at) VALUES ($1, $2, $3)', [
    hash,
    sessionId,
    usedAt,
  ]);
}

function ticket(sessionId: number, expiresAt: Date): Promise<unknown> {
  const hash = Buffer.from(`ticket ${++secrets}`);
  return sql.rows('INSERT INTO tickets VALUES ($1, $2, $3)', [hash, sessionId, expiresAt]);
}

async function ids(table: string, column: string): Promise<number[]> {
  const rows = await sql.rows<{ id: number }>(`SELECT ${column} AS id FROM ${table} ORDER BY 1`);
  return rows.map(({ id }) => id);
}
