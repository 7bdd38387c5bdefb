/** `make seed` writes in bulk, and must leave the same rows as the appender and the indexer would. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Passwords } from '../../src/chat/sign-in/passwords.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { openSql, type Sql } from '../harness/sql.ts';

const SEED = fileURLToPath(new URL('../../../../script/seed.mjs', import.meta.url));
const SIZE = { MESSAGES: '3000', PEOPLE: '12', ROOMS: '6' };

let database: TestDatabase;
let sql: Sql;
let indexes: unknown[];
let output: string;
beforeAll(async () => {
  database = await createTestDatabase();
  sql = await openSql(database.url);
  indexes = await searchIndexes();
  output = (await seed(SIZE)).output;
});
afterAll(async () => {
  await sql.close();
  await database.drop();
});

describe('make seed', () => {
  it('creates as many messages, people and rooms as its settings say, and prints how to sign in', async () => {
    expect(output).toContain('3,000 messages by 12 people in 6 rooms');
    const password = /with the password (\S+) /.exec(output)?.[1] ?? '';
    const first = await sql.row<{ password_hash: string; is_admin: boolean; rooms: number }>(
      `SELECT password_hash, is_admin, (SELECT count(*) FROM memberships WHERE account_id = a.id) AS rooms
       FROM accounts a WHERE username = 'seed1'`,
    );
    expect(first).toMatchObject({ is_admin: true, rooms: 6 });
    expect(await new Passwords().verify(password, first.password_hash)).toBe(true);
  });

  it('numbers as the appender does: seqs and ordinals without holes, heads and read marks at the end', async () => {
    const rows = await sql.rows(
      `SELECT r.id FROM rooms r WHERE last_seq <> (SELECT count(*) FROM events WHERE room_id = r.id)
         OR last_seq <> (SELECT max(seq) FROM events WHERE room_id = r.id)
         OR message_count <> (SELECT count(*) FROM messages WHERE room_id = r.id)
         OR message_count <> (SELECT max(ordinal) FROM messages WHERE room_id = r.id)
         OR EXISTS (SELECT FROM memberships WHERE room_id = r.id AND (read_seq, read_ordinal) <> (last_seq, message_count))
         OR EXISTS (SELECT FROM messages m WHERE m.room_id = r.id AND NOT EXISTS (
           SELECT FROM memberships WHERE room_id = r.id AND account_id = m.account_id))`,
    );
    expect(rows).toEqual([]);
    const { calls } = await sql.row<{ calls: number }>('SELECT count(*) AS calls FROM mentions');
    expect(calls).toBeGreaterThan(10);
  });

  it('stores messages that the append recognizes as duplicates', async () => {
    const { outcomes } = await sql.row<{ outcomes: string[] }>(
      `SELECT ARRAY(SELECT outcome FROM (SELECT * FROM messages ORDER BY room_id, seq LIMIT 50) m, append_messages(
         ARRAY[m.room_id], ARRAY[m.account_id], ARRAY[m.id], ARRAY[m.content], ARRAY[NULL]::bigint[], ARRAY[NULL]::text[],
         ARRAY[NULL]::text[])) AS outcomes`,
    );
    expect(outcomes).toEqual(Array.from({ length: 50 }, () => 'duplicate'));
  });

  it('leaves the search index as the indexer would, and nothing for it to do', async () => {
    const entries =
      'SELECT room_id, seq, account_id, at, folded, words::text FROM search_entries ORDER BY room_id, seq';
    const made = await sql.rows(entries);
    expect(made).toHaveLength(3_000);
    const ids = (await sql.rows<{ id: number }>('SELECT id FROM rooms ORDER BY id')).map(({ id }) => id);
    const index = () => sql.row('SELECT * FROM search_index($1, 10000, 10000000)', [ids]);
    expect(await index()).toEqual({ indexed: 0, behind: [] });
    await sql.rows('TRUNCATE search_entries, search_progress');
    expect(await index()).toEqual({ indexed: 3_000, behind: [] });
    expect(await sql.rows(entries)).toEqual(made);
    expect(await searchIndexes()).toEqual(indexes);
  });

  it('refuses a database that has messages, and names a wrong setting', async () => {
    const again = await seed(SIZE);
    expect([again.code, again.output]).toEqual([1, expect.stringContaining('has 3,000 messages already')]);
    const none = await seed({ MESSAGES: 'many' });
    expect([none.code, none.output]).toEqual([1, expect.stringContaining('MESSAGES must be a whole number')]);
  });
});

function searchIndexes(): Promise<unknown[]> {
  return sql.rows("SELECT indexdef FROM pg_indexes WHERE tablename = 'search_entries' ORDER BY indexname");
}

/** Runs the program and returns its exit code and output. */
function seed(settings: Record<string, string>): Promise<{ code: number; output: string }> {
  const env = { PATH: process.env.PATH, DATABASE_URL: database.url, ...settings };
  return new Promise((resolve) => {
    execFile(process.execPath, [SEED], { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr });
    });
  });
}
