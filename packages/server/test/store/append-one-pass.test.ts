/** The append's two ways: a batch that is stored in one pass leaves the same as one that is judged message by message. */
import { ChatError } from '@banter/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { APPEND_SQL } from '../../src/store/append/append-sql.ts';
import type { NewMessage } from '../../src/store/append/appender.ts';
import { insertMessages } from '../../src/store/append/insert-messages.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { type Chance, printedChance } from '../harness/seed.ts';
import { openSql, type Sql } from '../harness/sql.ts';

const RUNS = 80;
const PLACES = 7;

let testDatabase: TestDatabase;
let sql: Sql;
let people: number[];
let rooms: number[];
/** How many batches the last run stored in one pass. */
let onePass = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  sql = await openSql(testDatabase.url);
  const insert = `INSERT INTO accounts (username, password_hash) VALUES ($1, '') RETURNING id`;
  people = [];
  for (const name of ['ann', 'bob', 'cal']) people.push((await sql.row<{ id: number }>(insert, [name])).id);
  rooms = [];
  for (const kind of ['open', 'closed', 'closed']) rooms.push(await createRoom(kind));
  await sql.rows("UPDATE rooms SET kind = 'direct', name = '' WHERE id = $1", [rooms[2]]);
  await sql.rows(
    `INSERT INTO memberships (room_id, account_id, role, joined_seq, read_seq, joined_at)
     SELECT r, a, 'member', 1, 1, now() FROM unnest($1::bigint[]) r, unnest($2::bigint[]) a ON CONFLICT DO NOTHING`,
    [rooms, people],
  );
});
afterAll(async () => {
  await sql.close();
  await testDatabase.drop();
});

it('[O1] [S2] [N1] a batch stored in one pass leaves what the judged one leaves, and has its outcomes', async () => {
  const chance = printedChance('one pass');
  for (let run = 0; run < RUNS; run++) {
    await sql.rows('BEGIN');
    await insert(await randomBatch(chance, run, 'before'));
    if (chance.next() < 0.3) await restrict(chance);
    const batch = await randomBatch(chance, run, 'after');
    const fast = await outcomeOf(batch, false);
    const judged = await outcomeOf(batch, true);
    await sql.rows('ROLLBACK');
    expect(fast).toEqual(judged);
  }
  // Otherwise this test compares the judged way with itself.
  expect(onePass).toBeGreaterThan(RUNS / 4);
  expect(onePass).toBeLessThan(2 * RUNS);
});

/** Returns a batch; a few have an id twice, a reply to nothing, or somebody outside. */
async function randomBatch(chance: Chance, run: number, stage: string): Promise<NewMessage[]> {
  const isOdd = chance.next() < 0.3;
  const seqs = await sql.rows<{ room_id: number; seq: number }>('SELECT room_id, seq FROM messages');
  return Array.from({ length: chance.whole(1, 8) }, (_, i) => {
    const roomId = isOdd ? chance.pick([...rooms, 999_999]) : chance.pick(rooms);
    const known = seqs.filter(({ room_id }) => room_id === roomId).map(({ seq }) => seq);
    const replyTo = chance.next() < 0.3 ? chance.pick([0, ...known, ...(isOdd ? [77] : [])]) : 0;
    return {
      roomId,
      userId: chance.pick(people),
      username: 'someone',
      id: isOdd && chance.next() < 0.3 ? `id-${run}-before-0` : `id-${run}-${stage}-${i}`,
      content: chance.pick(['x', 'y @ann', 'text\nand more']),
      ...(chance.next() < 0.2 && { kind: 'me' as const }),
      ...(chance.next() < 0.3 && {
        names: chance.pick([['ann'], ['bob', 'nobody'], ['@room'], ['ann', 'cal', 'bob']]),
      }),
      ...(replyTo > 0 && { replyTo }),
    };
  });
}

/** Sets a rule that may refuse or delay messages. */
async function restrict(chance: Chance): Promise<void> {
  const [room, person] = [chance.pick(rooms), chance.pick(people)];
  const [text, ...params] = chance.pick<[string, ...number[]]>([
    ['UPDATE rooms SET slow_ms = 60000 WHERE id = $1', room],
    ['UPDATE rooms SET archived_at = now() WHERE id = $1', room],
    ['UPDATE rooms SET message_max = message_count + 1 WHERE id = $1', room],
    [
      "UPDATE memberships SET muted_until = '2100-01-01Z' WHERE room_id = $1 AND account_id = $2",
      room,
      person,
    ],
    [
      "UPDATE memberships SET muted_until = '2000-01-01Z' WHERE room_id = $1 AND account_id = $2",
      room,
      person,
    ],
    ['DELETE FROM memberships WHERE room_id = $1 AND account_id = $2', room, person],
  ]);
  await sql.rows(text, params);
}

/** Stores a batch, returns the outcomes and the tables without the times, and takes it back. */
async function outcomeOf(batch: readonly NewMessage[], isJudged: boolean): Promise<unknown> {
  await sql.rows('SAVEPOINT batch');
  const outcomes = (await insert(batch, isJudged)).map((outcome) =>
    outcome instanceof ChatError
      ? [outcome.code, outcome.message]
      : [
          outcome.duplicate,
          outcome.seq,
          outcome.mentions ?? null,
          outcome.quote ?? null,
          outcome.now ?? null,
        ],
  );
  const tables = [];
  for (const [table, order] of TABLES)
    tables.push(
      await sql.rows(
        `SELECT to_jsonb(t) - ARRAY['at', 'last_sent_at'] AS row FROM ${table} t ORDER BY ${order}`,
      ),
    );
  await sql.rows('ROLLBACK TO batch');
  return { outcomes, tables };
}

const TABLES = [
  ['rooms', 'id'],
  ['memberships', 'room_id, account_id'],
  ['events', 'room_id, seq'],
  ['messages', 'room_id, seq'],
  ['mentions', 'account_id, room_id, seq'],
] as const;

/** Stores a batch as the server does, or judged message by message. */
function insert(batch: readonly NewMessage[], isJudged = false) {
  const query = async <Row>({ name, text }: { name: string; text: string }, params: unknown[] = []) => {
    if (!isJudged) {
      const rows = await sql.rows<Row>(text, params);
      if (rows.length < batch.length || name === APPEND_SQL.message.name) onePass++;
      return rows;
    }
    const [room, account, id, content, ...rest] = params;
    const single = [[room], [account], [id], [content], [null], rest, [null], null];
    const values = name === APPEND_SQL.message.name ? single : params.with(PLACES, null);
    return sql.rows<Row>(APPEND_SQL.messages.text, values);
  };
  return insertMessages({ query }, batch);
}

async function createRoom(kind: string): Promise<number> {
  const create = "SELECT room_id FROM create_room($1, $2, '', $3)";
  const name = `${kind}-${rooms.length}`;
  return (await sql.row<{ room_id: number }>(create, [name, kind, people[0]])).room_id;
}
