// Writes a history straight into the store. The rows are those of the appender and the indexer, made 100 times faster.

import { createRequire } from 'node:module';
import { root } from '../command.mjs';
import { createChance, text, zipf } from './texts.mjs';

const require = createRequire(`${root}packages/server/package.json`);
/** @type {typeof import('pg')} */
const pg = require('pg');

/**
 * @typedef {object} Plan
 * @property {number} messages
 * @property {number} people
 * @property {number} rooms
 * @property {number} seed of the random numbers; the same seed makes the same texts
 * @property {string} passwordHash of every person
 * @property {(line: string) => void} print reports progress
 */

/** @typedef {import('pg').Client} Client */
/** @typedef {{ id: number, members: number[], head: number, count: number }} Room */
/** @typedef {{ id: number, name: string }} Person */

const BATCH = 10_000;
/** The length of the history, which ends now. */
const YEARS_MS = 2 * 365 * 24 * 3_600_000;
/** One room in this many is closed. Each person is in it with the same chance. */
const CLOSED_EACH = 5;
/** The share of all people who are members of an open room. */
const MEMBERS_SHARE = 0.8;

/**
 * Fills a database that has the newest schema. The first person is in every room, and becomes the administrator of an
 * empty server.
 * @param {string} url
 * @param {Plan} plan
 */
export async function seedStore(url, plan) {
  const client = new pg.Client({ connectionString: url, application_name: 'banter-seed' });
  await client.connect();
  try {
    // After a crash it is easier to seed again than to recover, so do not wait for the disk.
    await client.query('SET synchronous_commit = off');
    await client.query("SET maintenance_work_mem = '512MB'");
    const chance = createChance(plan.seed);
    const people = await makePeople(client, plan);
    const rooms = await makeRooms(client, plan, people, chance);
    await writeMessages(client, plan, people, rooms, chance);
    await finishRooms(client, rooms);
    await indexAll(client, plan.print);
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}

/**
 * Counts the messages in a database.
 * @param {string} url
 * @returns {Promise<number>}
 */
export async function countMessages(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query('SELECT COALESCE(sum(message_count), 0) AS count FROM rooms');
    return Number(rows[0].count);
  } finally {
    await client.end();
  }
}

/**
 * @param {Client} client
 * @param {Plan} plan
 * @returns {Promise<Person[]>}
 */
async function makePeople(client, { people, passwordHash }) {
  const { rows } = await client.query(
    `WITH first AS (UPDATE store_state SET has_admin = true WHERE NOT has_admin RETURNING true)
     INSERT INTO accounts (username, password_hash, is_admin)
     SELECT 'seed' || n, $2, n = 1 AND EXISTS (SELECT FROM first) FROM generate_series(1, $1::integer) n
     ON CONFLICT DO NOTHING RETURNING id, username`,
    [people, passwordHash],
  );
  if (rows.length < people)
    throw new Error('This database has people named seed1, seed2 … already. Seed an empty one.');
  return rows.map((row) => ({ id: Number(row.id), name: row.username }));
}

/**
 * @param {Client} client
 * @param {Plan} plan
 * @param {Person[]} people
 * @param {import('./texts.mjs').Chance} chance
 */
async function makeRooms(client, { rooms: count }, people, chance) {
  /** @type {Room[]} */
  const rooms = [];
  for (let i = 1; i <= count; i++) {
    const isClosed = i % CLOSED_EACH === 0;
    const ids = people.map(({ id }) => id);
    const others = ids.slice(1).filter(() => chance.next() < (isClosed ? 1 / CLOSED_EACH : MEMBERS_SHARE));
    const [owner] = ids;
    const created = await client.query('SELECT room_id FROM create_room($1, $2, $3, $4)', [
      `seed-room-${i}`,
      'open',
      'Made by make seed',
      owner,
    ]);
    const id = Number(created.rows[0]?.room_id);
    if (!id)
      throw new Error('This database has rooms named seed-room-1, seed-room-2 … already. Seed an empty one.');
    await client.query('SELECT append_joins_and_leaves($1, $2, $3)', [
      others.map(() => id),
      others,
      others.map(() => 'join'),
    ]);
    if (isClosed) await client.query("UPDATE rooms SET kind = 'closed' WHERE id = $1", [id]);
    const { rows } = await client.query(
      `SELECT r.last_seq, ARRAY(SELECT account_id FROM memberships WHERE room_id = r.id ORDER BY account_id) AS members
       FROM rooms r WHERE r.id = $1`,
      [id],
    );
    rooms.push({ id, members: rows[0].members.map(Number), head: Number(rows[0].last_seq), count: 0 });
  }
  return rooms;
}

// The digest is the one that append_messages gives a plain message without a reply.
const WRITE = `
  WITH written AS MATERIALIZED (
    SELECT s.*, timestamptz 'epoch' + s.at_ms * interval '1 millisecond' AS at
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::bigint[])
      s (room_id, seq, ordinal, account_id, at_ms, content, mentioned)
  ), put_events AS (
    INSERT INTO events (room_id, seq, kind, account_id, at) SELECT room_id, seq, 'message', account_id, at FROM written
  ), put_mentions AS (
    INSERT INTO mentions (account_id, room_id, seq, author_id)
    SELECT mentioned, room_id, seq, account_id FROM written WHERE mentioned IS NOT NULL
  )
  INSERT INTO messages (room_id, seq, ordinal, account_id, id, content, digest, at, mentions)
  SELECT room_id, seq, ordinal, account_id, 'seed-' || room_id || '-' || seq, content,
         substr(sha256(convert_to(':' || content, 'UTF8')), 1, 16), at,
         CASE WHEN mentioned IS NOT NULL THEN ARRAY[mentioned] END
  FROM written`;

/**
 * @param {Client} client
 * @param {Plan} plan
 * @param {Person[]} people
 * @param {Room[]} rooms
 * @param {import('./texts.mjs').Chance} chance
 */
async function writeMessages(client, { messages, print }, people, rooms, chance) {
  const roomOf = zipf(rooms.length, 0.7);
  const personOf = zipf(people.length, 0.6);
  const names = people.map(({ name }) => name);
  const idOf = new Map(people.map(({ name, id }) => [name, id]));
  const beganMs = Date.now() - YEARS_MS;
  for (let done = 0; done < messages; ) {
    /** @type {[number[], number[], number[], number[], number[], string[], Array<number | null>]} */
    const columns = [[], [], [], [], [], [], []];
    for (const end = Math.min(messages, done + BATCH); done < end; done++) {
      const room = /** @type {Room} */ (rooms[roomOf(chance)]);
      const author = room.members[personOf(chance) % room.members.length] ?? 0;
      const content = text(chance, names);
      const mentioned = idOf.get(/^@(\w+) /.exec(content)?.[1] ?? '');
      room.head += 1;
      room.count += 1;
      const isMentioned = mentioned !== undefined && mentioned !== author && room.members.includes(mentioned);
      const row = [
        room.id,
        room.head,
        room.count,
        author,
        Math.floor(beganMs + (YEARS_MS * done) / messages),
      ];
      row.forEach((value, i) => {
        columns[i]?.push(/** @type {never} */ (value));
      });
      columns[5].push(content);
      columns[6].push(isMentioned ? mentioned : null);
    }
    await client.query(WRITE, columns);
    if (done % (BATCH * 10) === 0) print(`${done.toLocaleString('en')} messages written`);
  }
}

/**
 * Sets the rooms' heads and counts, and the read marks: everyone has read everything.
 * @param {Client} client
 * @param {Room[]} rooms
 */
async function finishRooms(client, rooms) {
  const values = [rooms.map(({ id }) => id), rooms.map(({ head }) => head), rooms.map(({ count }) => count)];
  const given = 'unnest($1::bigint[], $2::bigint[], $3::bigint[]) g (id, head, count)';
  await client.query(
    `UPDATE rooms r SET last_seq = g.head, message_count = g.count FROM ${given} WHERE r.id = g.id`,
    values,
  );
  await client.query(
    `UPDATE memberships m SET read_seq = g.head, read_ordinal = g.count, last_sent_seq = COALESCE((
       SELECT max(seq) FROM messages WHERE room_id = m.room_id AND account_id = m.account_id), 0)
     FROM ${given} WHERE m.room_id = g.id`,
    values,
  );
}

/**
 * Does the indexer's work in one step. Creating an index on a full table takes a tenth of the time of filling it.
 * @param {Client} client
 * @param {(line: string) => void} print
 */
async function indexAll(client, print) {
  print('indexing the messages for search (one minute for a million) …');
  await client.query('BEGIN');
  // The indexer of a running server waits for this lock, and then finds nothing to do.
  await client.query('LOCK TABLE search_progress IN EXCLUSIVE MODE');
  const { rows } = await client.query(
    `SELECT indexname AS name, indexdef AS definition FROM pg_indexes
     WHERE schemaname = 'public' AND tablename = 'search_entries' AND indexname NOT LIKE '%_pkey'`,
  );
  for (const { name } of rows) await client.query(`DROP INDEX ${pg.escapeIdentifier(name)}`);
  await client.query(
    `INSERT INTO search_entries (room_id, seq, account_id, at, folded, words)
     SELECT m.room_id, m.seq, m.account_id, m.at, f.folded,
            search_words(f.folded) || search_marks(m.room_id, m.account_id, m.content)
     FROM messages m LEFT JOIN search_progress p ON p.room_id = m.room_id
       CROSS JOIN LATERAL (SELECT search_fold(m.content) AS folded OFFSET 0) f
     WHERE m.seq > COALESCE(p.indexed_seq, 0) AND m.content <> '' ORDER BY m.at`,
  );
  await client.query(
    `INSERT INTO search_progress (room_id, indexed_seq) SELECT id, last_seq FROM rooms
     ON CONFLICT (room_id) DO UPDATE SET indexed_seq = EXCLUDED.indexed_seq`,
  );
  for (const { definition } of rows) await client.query(definition);
  await client.query('COMMIT');
}
