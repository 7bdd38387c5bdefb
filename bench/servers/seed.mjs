// Writes a room's history straight into the store: a million messages in seconds.

import { runSql } from './postgres.mjs';

const EVENTS = `
  insert into events (room_id, seq, kind, account_id, at)
  select rooms.id, seq, 'message', memberships.account_id, now()
  from rooms join memberships on memberships.room_id = rooms.id and memberships.role = 'owner',
    generate_series(rooms.last_seq + 1, rooms.last_seq + $2::bigint) as seq
  where rooms.id = $1`;

const MESSAGES = `
  insert into messages (room_id, seq, ordinal, account_id, id, content, digest, at)
  select rooms.id, seq, rooms.message_count + seq - rooms.last_seq, memberships.account_id, 'seeded-' || seq, rpad('message ' || seq || ' ', 99, 'x'),
    substr(sha256(seq::text::bytea), 1, 16), now()
  from rooms join memberships on memberships.room_id = rooms.id and memberships.role = 'owner',
    generate_series(rooms.last_seq + 1, rooms.last_seq + $2::bigint) as seq
  where rooms.id = $1`;

const HEAD = `
  update rooms set last_seq = last_seq + $2::bigint, message_count = message_count + $2::bigint where id = $1`;

/**
 * Adds messages by the room's owner. Call it before anyone follows the room, because no server learns of them.
 * @param {string} databaseUrl
 * @param {number} room
 * @param {number} count
 */
export async function seedMessages(databaseUrl, room, count) {
  for (const sql of [EVENTS, MESSAGES, HEAD]) await runSql(databaseUrl, sql, [room, count]);
  // Autovacuum would do this within a minute.
  await runSql(databaseUrl, 'vacuum analyze events, messages');
}
