/** Writes a long history in bulk, without the append, for plans and measurements. */
import type { Sql } from './sql.ts';

export type SeedOptions = {
  /** A room to which nobody else writes. */
  roomId: number;
  /** The authors, in turn. */
  accountIds: readonly number[];
  /** How many messages to add. */
  count: number;
};

/** Adds messages as the append would store them, about 100,000 a second. The search indexer finds them. */
export async function seedMessages(sql: Sql, { roomId, accountIds, count }: SeedOptions): Promise<void> {
  const { last_seq: head } = await sql.row<{ last_seq: number }>('SELECT last_seq FROM rooms WHERE id = $1', [
    roomId,
  ]);
  const range = [roomId, head + 1, head + count, accountIds];
  const author = '($4::bigint[])[1 + g % cardinality($4::bigint[])]';
  await sql.rows(
    `INSERT INTO events (room_id, seq, kind, account_id, at)
     SELECT $1, g, 'message', ${author}, now() FROM generate_series($2::bigint, $3::bigint) g`,
    range,
  );
  await sql.rows(
    `INSERT INTO messages (room_id, seq, ordinal, account_id, id, content, digest, at)
     SELECT $1, g, g - $2 + 1, ${author}, 'seeded-' || lpad(g::text, 9, '0'), c.content, substr(sha256(convert_to(':' || c.content, 'UTF8')), 1, 16), now()
     FROM generate_series($2::bigint, $3::bigint) g
     CROSS JOIN LATERAL (SELECT 'seeded line ' || g || ' says word' || g % 1000 AS content) c`,
    range,
  );
  await sql.rows('UPDATE rooms SET last_seq = $2, message_count = $3 WHERE id = $1', [
    roomId,
    head + count,
    count,
  ]);
}
