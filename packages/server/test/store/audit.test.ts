/** The audit log: a chain of rows, in which any altered, removed or moved row is detected. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuditStore, createAuditStore } from '../../src/store/audit.ts';
import { type Database, isUnknownOutcome, openDatabase } from '../../src/store/database/database.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { openSql, type Sql } from '../harness/sql.ts';

let testDatabase: TestDatabase;
let database: Database;
let sql: Sql;
let log: AuditStore;
beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, onProblem: () => {} });
  sql = await openSql(testDatabase.url);
  log = createAuditStore(database);
});
afterEach(async () => {
  await sql.close();
  await database.close();
  await testDatabase.drop();
});

const NAMES = ['ann', 'bob\r\n\u0007x', 'zoë 👍', 'dan'];

async function writeSome(): Promise<void> {
  for (const name of NAMES) {
    await sql.rows(`SELECT audit(7, 'room.kick', jsonb_build_object('name', $1::text, 'none', NULL))`, [
      name,
    ]);
  }
}

describe('the chain', () => {
  beforeEach(writeSome);

  it('[G2] an intact log verifies, even with control characters in it', async () => {
    const { rows, lastHash, broken } = await log.verify();
    expect({ rows, broken }).toEqual({ rows: 4, broken: null });
    expect(lastHash).toMatch(/^[0-9a-f]{64}$/);
    expect((await log.list({ limit: 9 })).map(({ subject }) => subject)).toEqual(
      NAMES.map((name) => ({ name })).toReversed(),
    );
  });

  it('[G2] changing or removing rows is refused', async () => {
    for (const change of [`UPDATE audit_log SET act = 'x'`, 'DELETE FROM audit_log', 'TRUNCATE audit_log']) {
      await expect(sql.rows(change), change).rejects.toThrow('new rows only');
    }
    await expect(sql.rows('DELETE FROM audit_head')).rejects.toThrow('new rows only');
  });

  it.each([
    ['altered', `UPDATE audit_log SET subject = '{"name": "eve"}' WHERE id = 2`, 2],
    [
      'altered in time by a microsecond',
      `UPDATE audit_log SET at = at + interval '1 microsecond' WHERE id = 3`,
      3,
    ],
    ['whose actor was removed', 'UPDATE audit_log SET actor_id = NULL WHERE id = 1', 1],
    ['removed from the beginning', 'DELETE FROM audit_log WHERE id = 1', 1],
    ['removed from the middle', 'DELETE FROM audit_log WHERE id = 3', 3],
    ['removed from the end', 'DELETE FROM audit_log WHERE id = 4', 4],
    ['removed with all other rows', 'DELETE FROM audit_log', 1],
    ['inserted after the end', `INSERT INTO audit_log VALUES (5, now(), 1, 'room.kick', '{}', '\\x00')`, 5],
    [
      'inserted before the beginning',
      `INSERT INTO audit_log VALUES (0, now(), 1, 'room.kick', '{}', '\\x00')`,
      0,
    ],
    ['whose hash was recomputed', `${rehash(2)} WHERE id = 2`, 3],
    [
      'swapped in content',
      'UPDATE audit_log a SET subject = b.subject FROM audit_log b WHERE a.id + b.id = 5 AND a.id IN (2, 3)',
      2,
    ],
    [
      'swapped whole',
      'UPDATE audit_log SET id = -id; UPDATE audit_log SET id = CASE id WHEN -2 THEN 3 WHEN -3 THEN 2 ELSE -id END',
      2,
    ],
  ])('[G2] a row %s is found', async (_, change, broken) => {
    await sql.rows('ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only');
    await sql.rows(change);
    expect((await log.verify()).broken).toMatchObject({ id: broken });
  });

  it('[U3] the texts that a person gave are beside the chain, which stays whole when they are erased', async () => {
    const { id } = await sql.row<{ id: number }>(
      "INSERT INTO accounts (username, password_hash) VALUES ('gus', '') RETURNING id",
    );
    await sql.rows(`SELECT audit($1, 'room.kick', '{"userId": 9, "reason": "noise"}')`, [id]);
    const newest = async () => (await log.list({ limit: 1 }))[0]?.subject;
    expect(await newest()).toEqual({ userId: 9, reason: 'noise' });
    const stored = await sql.row<{ subject: object }>('SELECT subject FROM audit_log WHERE actor_id = $1', [
      id,
    ]);
    expect(stored.subject).toEqual({ userId: 9, text: expect.stringMatching(/^[0-9a-f]{64}$/) });
    await expect(sql.rows('UPDATE audit_texts SET texts = $1', ['{}'])).rejects.toThrow('new rows only');
    await sql.rows('ALTER TABLE audit_texts DISABLE TRIGGER audit_texts_stay');
    await sql.rows(`UPDATE audit_texts SET texts = '{"reason": "spite"}' WHERE actor_id = $1`, [id]);
    expect((await log.verify()).broken).toMatchObject({ id: 5, problem: 'its text was altered or removed' });
    await sql.rows('DELETE FROM audit_texts WHERE actor_id = $1', [id]);
    expect((await log.verify()).broken).toMatchObject({ id: 5 });
    await sql.rows('DELETE FROM accounts WHERE id = $1', [id]);
    expect((await log.verify()).broken).toBe(null);
    expect(await newest()).toEqual({ userId: 9 });
  });

  it('[G2] a chain recomputed from some row on is found with a hash that was kept elsewhere', async () => {
    const { rows, lastHash } = await log.verify();
    await sql.rows('ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only');
    await sql.rows(`UPDATE audit_log SET subject = '{"name": "eve"}' WHERE id = 2`);
    for (const id of [2, 3, 4]) await sql.rows(`${rehash(id)} WHERE id = ${id}`);
    await sql.rows('UPDATE audit_head SET last_hash = (SELECT hash FROM audit_log WHERE id = 4)');
    expect((await log.verify()).broken).toBe(null);
    expect((await log.verify({ id: rows, hash: lastHash })).broken).toMatchObject({ id: 4 });
  });

  it('[G2] rows removed from the end, with the head adjusted, are found with a hash that was kept elsewhere', async () => {
    const { rows, lastHash } = await log.verify();
    await sql.rows('ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only');
    await sql.rows('DELETE FROM audit_log WHERE id > 2');
    await sql.rows(
      'UPDATE audit_head SET last_id = 2, last_hash = (SELECT hash FROM audit_log WHERE id = 2)',
    );
    expect((await log.verify()).broken).toBe(null);
    expect((await log.verify({ id: rows, hash: lastHash })).broken).toMatchObject({ id: 3 });
  });
});

it('an empty log verifies', async () => {
  expect(await log.verify()).toEqual({ rows: 0, lastHash: '', broken: null });
});

it('[G2] a chain longer than a page verifies, and its broken row is named', async () => {
  await sql.rows(
    `SELECT audit(1, 'room.kick', jsonb_build_object('userId', n)) FROM generate_series(1, 2500) n`,
  );
  expect(await log.verify()).toMatchObject({ rows: 2_500, broken: null });
  await sql.rows('ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only');
  await sql.rows('UPDATE audit_log SET actor_id = 2 WHERE id = 2345');
  expect((await log.verify()).broken).toMatchObject({ id: 2_345 });
});

describe('writing', () => {
  it('an act that is rolled back leaves no row', async () => {
    await sql.rows('BEGIN');
    await sql.rows(`SELECT audit(1, 'room.kick', '{}')`);
    await sql.rows('ROLLBACK');
    expect(await log.verify()).toMatchObject({ rows: 0, broken: null });
    expect(await sql.rows('SELECT * FROM audit_pending')).toEqual([]);
  });

  it('[G2] an act whose audit row cannot be written is not done, and its outcome is known', async () => {
    await sql.rows('CREATE TABLE acts (id integer)');
    const act = {
      name: 'act',
      text: `WITH a AS (INSERT INTO acts VALUES (1)) SELECT audit(1, 'room.kick', '{}')`,
    };
    const hasty = openDatabase({ url: testDatabase.url, statementTimeoutMs: 300, onProblem: () => {} });
    await sql.rows('BEGIN');
    await sql.rows('SELECT FROM audit_head FOR UPDATE');
    const error = await hasty.query(act).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'unavailable' });
    expect(isUnknownOutcome(error)).toBe(false);
    await sql.rows('ROLLBACK');
    expect(await sql.rows('SELECT * FROM acts')).toEqual([]);
    await hasty.query(act);
    expect(await sql.rows('SELECT * FROM acts')).toHaveLength(1);
    expect(await log.verify()).toMatchObject({ rows: 1, broken: null });
    await hasty.close();
  });

  it.each([
    ['an act that is not noun.verb', `SELECT audit(1, 'kick', '{}')`],
    ['a subject that is not an object', `SELECT audit(1, 'room.kick', '[1]')`],
    [
      'a subject that is too long',
      `SELECT audit(1, 'room.kick', jsonb_build_object('a', repeat('x', 4000)))`,
    ],
  ])('%s is rejected', async (_, call) => {
    await expect(sql.rows(call)).rejects.toThrow('violates check constraint');
  });

  it('[G2] concurrent acts form one chain, without deadlocks', async () => {
    await sql.rows('CREATE TABLE locks AS SELECT n AS id, 0 AS hits FROM generate_series(1, 2) n');
    const pool = Array.from({ length: 8 }, () => openSql(testDatabase.url));
    const connections = await Promise.all(pool);
    // If audit() locked the chain's end at once, auditing before and after another lock would deadlock.
    const work = connections.map(async (connection, i) => {
      for (let round = 0; round < 20; round++) {
        const lock = 'UPDATE locks SET hits = hits + 1 WHERE id = 1';
        const note = `SELECT audit(${i}, 'room.kick', '{"userId": ${round}}')`;
        await connection.rows('BEGIN');
        for (const step of i % 2 === 0 ? [note, lock] : [lock, note]) await connection.rows(step);
        await connection.rows('COMMIT');
      }
      await connection.close();
    });
    await Promise.all(work);
    expect(await log.verify()).toMatchObject({ rows: 160, broken: null });
    expect(await sql.rows('SELECT * FROM audit_pending')).toEqual([]);
  });

  it('verifying while rows are added finds no fault', async () => {
    let isOver = false;
    const writing = (async () => {
      for (let i = 0; i < 200; i++) await sql.rows(`SELECT audit(1, 'room.kick', '{}')`);
      isOver = true;
    })();
    let runs = 0;
    while (!isOver) {
      expect((await log.verify()).broken).toBe(null);
      runs++;
    }
    await writing;
    expect(runs).toBeGreaterThan(1);
  });
});

describe('reading', () => {
  beforeEach(async () => {
    await sql.rows(`INSERT INTO accounts (username, password_hash) VALUES ('ada', '')`);
    await sql.rows(`SELECT audit(1, 'room.kick', '{"roomId": 5, "userId": 2}')`);
    await sql.rows(`SELECT audit(2, 'room.ban', '{"roomId": 5, "userId": 22}')`);
    await sql.rows(`SELECT audit(NULL, 'session.login-failed', '{"userId": 2, "address": "::1"}')`);
    await sql.rows(`SELECT audit(2, 'roomy.kick', '{"roomId": 55}')`);
  });

  const idsOf = async (filter: Partial<Parameters<AuditStore['list']>[0]>) =>
    (await log.list({ limit: 10, ...filter })).map(({ id }) => id);

  it('rows come newest first, with the actor’s name', async () => {
    const [newest, , , oldest] = await log.list({ limit: 10 });
    expect(newest).toMatchObject({ id: 4, act: 'roomy.kick', actorId: 2, actorName: null });
    expect(oldest).toMatchObject({ id: 1, actorName: 'ada', subject: { roomId: 5, userId: 2 } });
  });

  it.each([
    [{ act: 'room.kick' }, [1]],
    [{ act: 'room' }, [2, 1]],
    [{ act: 'ro' }, []],
    [{ actorId: 2 }, [4, 2]],
    [{ subject: { userId: 2 } }, [3, 1]],
    [{ subject: { roomId: 5 } }, [2, 1]],
    [{ subject: { roomId: 5, userId: 2 } }, [1]],
    [{ below: 3, limit: 1 }, [2]],
    [{ actorId: 2, act: 'room' }, [2]],
  ])('%o gives %o', async (filter, ids) => expect(await idsOf(filter)).toEqual(ids));

  it('after and before are exclusive', async () => {
    const { at } = await sql.row<{ at: Date }>('SELECT at FROM audit_log WHERE id = 3');
    expect(await idsOf({ before: at })).not.toContain(4);
    expect(await idsOf({ after: new Date(at.getTime() + 60_000) })).toEqual([]);
  });
});

/** Returns SQL that alters rows and recomputes their hashes, as an attacker who knows the format would. */
function rehash(id: number): string {
  return `UPDATE audit_log l SET hash = sha256(convert_to(audit_text(
    COALESCE((SELECT hash FROM audit_log WHERE id = ${id} - 1), ''), id, at, actor_id, act, '{"name": "eve"}'), 'UTF8')),
    subject = '{"name": "eve"}'`;
}
