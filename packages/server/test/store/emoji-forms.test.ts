/** The migration of stored reactions to the normal form of emoji. */
import { readFileSync } from 'node:fs';
import { emojiForm, isEmoji } from '@banter/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { openSql, type Sql } from '../harness/sql.ts';

const UP = new URL('../../src/store/migrations/0009_emoji_forms.up.sql', import.meta.url);
/** Sequences of several characters. A selector may follow the last one, and each single emoji. */
const SEQUENCES = ['❤‍🔥', '👩‍❤‍👨', '🕵🏽‍♂', '🏳‍🌈', '🇩🇪', '1\u20e3', '☝🏿', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'];

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = await openSql(database.url);
});
afterAll(async () => {
  await sql.close();
  await database.drop();
});

it('gives each stored emoji the form that a new reaction has', async () => {
  const single = Array.from({ length: 0x1_fb00 - 0xa0 }, (_, i) => String.fromCodePoint(0xa0 + i)).filter(
    isEmoji,
  );
  const stored = [...single, ...SEQUENCES].flatMap((emoji) => [emoji, `${emoji}\ufe0f`, `${emoji}\ufe0e`]);
  // Each of them by itself, so that none becomes the same reaction as another.
  await sql.rows(
    `INSERT INTO reactions SELECT 1, ord, emoji, 7, now() FROM unnest($1::text[]) WITH ORDINALITY AS t(emoji, ord)`,
    [stored],
  );
  await sql.rows(
    `INSERT INTO events (room_id, seq, kind, account_id, at, target, detail)
     SELECT 1, ord, 'react', 7, now(), 1, '-' || emoji FROM unnest($1::text[]) WITH ORDINALITY AS t(emoji, ord)`,
    [stored],
  );
  await migrate();
  const reactions = await sql.rows<{ emoji: string }>('SELECT emoji FROM reactions ORDER BY seq');
  const events = await sql.rows<{ detail: string }>('SELECT detail FROM events ORDER BY seq');
  expect(reactions.map(({ emoji }) => emoji)).toEqual(stored.map(emojiForm));
  expect(events.map(({ detail }) => detail)).toEqual(stored.map((emoji) => `-${emojiForm(emoji)}`));
});

it('makes one reaction of two by one person, with the earlier time', async () => {
  await sql.rows('DELETE FROM reactions');
  await sql.rows(
    `INSERT INTO reactions VALUES (1, 1, '❤', 7, '2026-01-02Z'), (1, 1, '❤' || U&'\\FE0F', 7, '2026-01-03Z'),
      (1, 1, '❤' || U&'\\FE0E', 8, '2026-01-04Z')`,
  );
  await migrate();
  const rows = await sql.rows<{ emoji: string; day: number; person: number }>(
    `SELECT emoji, extract(day FROM at AT TIME ZONE 'UTC')::integer AS day, account_id::integer AS person
     FROM reactions ORDER BY account_id`,
  );
  expect(rows).toEqual([
    { emoji: '❤️', day: 2, person: 7 },
    { emoji: '❤️', day: 4, person: 8 },
  ]);
});

async function migrate(): Promise<void> {
  await sql.rows(`BEGIN; ${readFileSync(UP, 'utf8')} COMMIT`);
}
