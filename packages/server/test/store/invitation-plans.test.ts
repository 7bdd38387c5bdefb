/** The cost of listing invitations depends on the caller's own, not on how many there are. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { INVITATION_SQL } from '../../src/store/invitations.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { openSql, type Sql } from '../harness/sql.ts';

const LEADERS = 50;
const EACH = 100;
/** Pages of tables and indexes that a short list may read. */
const FEW_PAGES = 200;

let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  sql = await openSql(database.url);
  await sql.rows(
    `INSERT INTO accounts (username, password_hash) SELECT 'leader-' || g, '' FROM generate_series(1, ${LEADERS + 1}) g`,
  );
  await sql.rows(
    `SELECT create_room('room-' || a.id, 'closed', '', a.id) FROM accounts a WHERE a.username <> 'leader-${LEADERS + 1}'`,
  );
  await sql.rows(`
    INSERT INTO invitations (hash, account_id, room_id, created_at, expires_at)
    SELECT sha256((m.room_id || ' ' || g)::bytea), m.account_id, m.room_id, now(), now() + interval '1 day'
    FROM memberships m, generate_series(1, ${EACH}) g`);
  await sql.rows('ANALYZE');
});
afterAll(async () => {
  await sql.close();
  await database.drop();
});

it.each([
  ['a leader', 1, 50],
  ['a person who leads no room', LEADERS + 1, 0],
])('%s reads few pages', async (_who, number, found) => {
  const { id } = await sql.row<{ id: number }>('SELECT id FROM accounts WHERE username = $1', [
    `leader-${number}`,
  ]);
  const values = [id, Number.MAX_SAFE_INTEGER, 50];
  expect(await sql.rows(INVITATION_SQL.list.text, values)).toHaveLength(found);
  const explain = `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${INVITATION_SQL.list.text}`;
  const { 'QUERY PLAN': plans } = await sql.row<Explained>(explain, values);
  const pages = plans.map(({ Plan }) => Plan['Shared Hit Blocks'] + Plan['Shared Read Blocks']);
  expect(Math.max(...pages)).toBeLessThan(FEW_PAGES + 5 * found);
});

type Explained = {
  'QUERY PLAN': { Plan: { 'Shared Hit Blocks': number; 'Shared Read Blocks': number } }[];
};
