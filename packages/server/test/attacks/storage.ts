/** Attacks on the disk: text that the index makes large, and more text than one person may store. */

import { CONTENT_MAX_CHARS } from '@banter/protocol';
import { type Person, person } from '../harness/people.ts';
import { createChance } from '../harness/seed.ts';
import { openSql, type Sql } from '../harness/sql.ts';
import { until } from '../harness/wait.ts';
import { type Attack, unless } from './attack.ts';

const MESSAGES = { short: 5, full: 2_200 } as const;
const AT_ONCE = 20;
/** A message of this text takes 24 KB. With its index it may take this many times that. */
const GROWTH_MAX = 15;
const BYTES_PER_CHAR = 3;
const HAN_FIRST = 0x4e00;
const HAN_LAST = 0x9fff;
const KIB = 1024;
const SEED = 11;

const costlyIndex: Attack = {
  name: 'one account stores random Chinese text all day',
  proves: '[L9] one person stores a bounded amount a day, and the index a bounded part of it',
  bound: '`QUOTA_DAILY_MIB`',
  async run({ url, size, server, nextName }) {
    const attacker = await person({ url }, nextName('writer'));
    const room = await attacker.opens(nextName('library'));
    const sql = await openSql(server.databaseUrl);
    const before = await sizeOf(sql);
    const { stored, refused } = await write(attacker, room.id, MESSAGES[size]);
    await until('the messages are indexed', async () => (await behind(sql, room.id)) === 0, 120_000);
    const perMessage = ((await sizeOf(sql)) - before) / Math.max(1, stored);
    await sql.close();
    const maxBytes = CONTENT_MAX_CHARS * BYTES_PER_CHAR * GROWTH_MAX;
    return {
      outcome: `${stored} stored, ${refused} refused, ${Math.round(perMessage / KIB)} KiB of disk each`,
      broken: unless({
        [`a message takes at most ${maxBytes / KIB} KiB: ${perMessage / KIB}`]:
          size === 'short' || perMessage <= maxBytes,
        'the quota ends it': size === 'short' || refused > 0,
      }),
    };
  },
};

/** All of them. */
export const STORAGE: readonly Attack[] = [costlyIndex];

async function write(
  author: Person,
  roomId: number,
  count: number,
): Promise<{ stored: number; refused: number }> {
  const chance = createChance(SEED);
  let next = 0;
  let stored = 0;
  let refused = 0;
  const work = async () => {
    while (next++ < count) {
      const content = Array.from({ length: CONTENT_MAX_CHARS }, () =>
        String.fromCodePoint(chance.whole(HAN_FIRST, HAN_LAST)),
      ).join('');
      const { status } = await author.asks('POST', `/v1/rooms/${roomId}/messages`, { content });
      if (status < 300) stored++;
      else refused++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { stored, refused };
}

async function sizeOf(sql: Sql): Promise<number> {
  const { bytes } = await sql.row<{ bytes: string }>(
    'SELECT pg_database_size(current_database())::text AS bytes',
  );
  return Number(bytes);
}

/** Returns how many events of a room are not yet indexed. */
async function behind(sql: Sql, roomId: number): Promise<number> {
  const row = await sql.row<{ behind: number }>(
    `SELECT (r.last_seq - coalesce(p.indexed_seq, 0))::int AS behind
     FROM rooms r LEFT JOIN search_progress p ON p.room_id = r.id WHERE r.id = $1`,
    [roomId],
  );
  return Number(row.behind);
}
