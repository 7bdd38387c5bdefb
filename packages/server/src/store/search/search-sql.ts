/** The statements of search. Each one checks itself which messages the searcher may see. */
import { SEARCH_BEHIND_MAX, SEARCH_CONTEXT_MAX_BYTES } from '@banter/protocol';
import { statements } from '../database/database.ts';
import { MESSAGE_AUTHOR, messageColumnsFor } from '../rows/messages.ts';
import type { SearchSource } from './types.ts';

/**
 * Session settings for the connections of search. Plans are not cached, because the values decide which plan is good. No
 * plan scans a table without an index. A search uses one processor.
 */
export const SEARCH_SETTINGS = {
  plan_cache_mode: 'force_custom_plan',
  enable_seqscan: 'off',
  jit: 'off',
  max_parallel_workers_per_gather: 0,
  // Enough for an exact bitmap of all positions of a frequent word.
  work_mem: '16MB',
} as const;

/** The rooms of the searcher $1; only those in $2, unless that is null. */
const MINE = `mine AS MATERIALIZED (
  SELECT room_id FROM memberships WHERE account_id = $1 AND ($2::bigint[] IS NULL OR room_id = ANY ($2))
)`;

const MICROSECONDS = (at: string) => `(extract(epoch FROM ${at}) * 1000000)::bigint`;
/** A HitPosition as three numbers, the first in microseconds. */
const POSITION = (row: string) => `ARRAY[${MICROSECONDS(`${row}.at`)}, ${row}.room_id, ${row}.seq]`;
/** The row (at, room_id, seq) of a HitPosition. */
const ROW_OF = (position: string) =>
  `(timestamptz 'epoch' + (${position}::bigint[])[1] * interval '1 microsecond', (${position}::bigint[])[2], (${position}::bigint[])[3])`;
const NEWEST_FIRST = (row: string) => `${row}.at DESC, ${row}.room_id DESC, ${row}.seq DESC`;

/**
 * Bounds in time and position, null for none. $6: at this time or later; $7: before this time; $8: at this position or
 * below; $9: at this position or above; $10: below this position.
 */
const WITHIN = (row: string) => {
  const position = `(${row}.at, ${row}.room_id, ${row}.seq)`;
  return `($6::timestamptz IS NULL OR ${row}.at >= $6) AND ($7::timestamptz IS NULL OR ${row}.at < $7)
    AND ($8::bigint[] IS NULL OR ${position} <= ${ROW_OF('$8')}) AND ($9::bigint[] IS NULL OR ${position} >= ${ROW_OF('$9')})
    AND ($10::bigint[] IS NULL OR ${position} < ${ROW_OF('$10')})`;
};

/** How many parts have a condition of their own, so that the planner can look up the rarest one in the index. */
export const INDEXED_PARTS = 4;
const PART = (text: string, n: number) => `(($4::text[])[${n}] IS NULL OR ${text} LIKE ($4::text[])[${n}])`;

/**
 * The expression of the index of trigrams (migration 0015): without the scripts of thousands of signs, whose trigrams would take
 * many times the space of the text. Parts with such signs are found by their words.
 */
const INDEXED_TEXT = (row: string) =>
  `CASE WHEN octet_length(${row}.folded) = char_length(${row}.folded) THEN ${row}.folded
   ELSE regexp_replace(${row}.folded, '[^\\u0001-\\u10FF\\u1E00-\\u1FFF]+', U&'\\0001', 'g') END`;
/** A text whose trigrams are all indexed. */
export const INDEXED_TEXT_PATTERN = /^[^\u1100-\u1dff\u2000-\u{10ffff}]*$/u;

/**
 * The conditions of a match. $3: words and marks as a tsquery; $4: the longest indexed parts, which `text` contains; $5: all other
 * parts, or null. IS TRUE
 * makes the rooms a filter. As a join they would have to see all rows before they return the first.
 */
const MATCHES = (
  row: string,
  text = `${row}.folded`,
) => `(${row}.room_id IN (SELECT room_id FROM mine)) IS TRUE
    AND ($3::tsquery IS NULL OR ${row}.words @@ $3)
    AND ${Array.from({ length: INDEXED_PARTS }, (_, i) => PART(text, i + 1)).join(' AND ')}
    AND ($5::text[] IS NULL OR ${row}.folded LIKE ALL ($5))`;

/**
 * The sources of matches, see SearchSource. A walk reads the newest $11 entries. OFFSET 0 keeps the planner from walking in
 * the other two as well, in the hope of finding enough matches early.
 */
const SOURCES: Record<SearchSource, string> = {
  walk: `(SELECT * FROM (
      SELECT * FROM search_entries s WHERE ${WITHIN('s')} ORDER BY ${NEWEST_FIRST('s')} LIMIT $11
    ) w WHERE ${MATCHES('w')}) e`,
  index: `(SELECT room_id, seq, at FROM search_entries s WHERE $11::integer IS NOT NULL AND ${WITHIN('s')} AND ${MATCHES('s', INDEXED_TEXT('s'))} OFFSET 0) e`,
  mentions: `(SELECT s.room_id, s.seq, s.at FROM (
      SELECT DISTINCT n.room_id, n.seq FROM mentions n
      WHERE n.account_id IN ($1, 0) AND n.author_id <> $1 AND n.room_id IN (SELECT room_id FROM mine)
    ) n JOIN search_entries s ON s.room_id = n.room_id AND s.seq = n.seq
    WHERE $11::integer IS NOT NULL AND ${WITHIN('s')} AND ${MATCHES('s')} OFFSET 0) e`,
};

const HIT = (hit: string) =>
  `${messageColumnsFor('$1')}, r.name AS room_name, r.kind AS room_kind,
  CASE WHEN r.kind = 'direct' THEN people_of(${hit}.room_id) END AS people, ${POSITION(hit)} AS position`;
/** One look-up per hit, see MESSAGE_AUTHOR. */
const JOINED = (hit: string) => `
  CROSS JOIN LATERAL (
    SELECT * FROM messages WHERE room_id = ${hit}.room_id AND seq = ${hit}.seq AND deleted_at IS NULL LIMIT 1
  ) m
  CROSS JOIN LATERAL (SELECT name, kind FROM rooms WHERE id = ${hit}.room_id LIMIT 1) r ${MESSAGE_AUTHOR}`;

/** Selects the newest $12 matches. */
function newest(source: SearchSource): string {
  return `
    WITH ${MINE}, found AS MATERIALIZED (
      SELECT e.room_id, e.seq, e.at FROM ${SOURCES[source]} ORDER BY ${NEWEST_FIRST('e')} LIMIT $12
    )
    SELECT ${HIT('f')} FROM found f ${JOINED('f')} ORDER BY ${NEWEST_FIRST('f')}`;
}

/**
 * Selects the best $13 of the newest $12 matches, after the hit with the score $16 at the position $17. A score is
 * PostgreSQL's rank of the words $14, plus the share of the text that the parts ($15 characters) make up. Each row also has
 * the number of candidates and the positions of the newest and the oldest of them.
 */
function best(source: SearchSource): string {
  return `
    WITH ${MINE}, found AS MATERIALIZED (
      SELECT e.room_id, e.seq, e.at FROM ${SOURCES[source]} ORDER BY ${NEWEST_FIRST('e')} LIMIT $12
    ), scored AS MATERIALIZED (
      SELECT f.room_id, f.seq, f.at, COALESCE(ts_rank(s.words, $14::tsquery, 1), 0)::float8
             + $15::integer / greatest(length(s.folded), 1)::float8 AS score
      FROM found f CROSS JOIN LATERAL (
        SELECT words, folded FROM search_entries WHERE room_id = f.room_id AND seq = f.seq LIMIT 1
      ) s
    ), page AS (
      SELECT * FROM scored o
      WHERE $16::float8 IS NULL OR (o.score, o.at, o.room_id, o.seq) < ($16, ${ROW_OF('$17').slice(1, -1)})
      ORDER BY o.score DESC, ${NEWEST_FIRST('o')} LIMIT $13
    )
    SELECT ${HIT('p')}, p.score, (SELECT count(*) FROM found) AS candidates,
           (SELECT ${POSITION('f')} FROM found f ORDER BY ${NEWEST_FIRST('f')} LIMIT 1) AS top,
           (SELECT ${POSITION('f')} FROM found f ORDER BY f.at, f.room_id, f.seq LIMIT 1) AS floor
    FROM page p ${JOINED('p')} ORDER BY p.score DESC, ${NEWEST_FIRST('p')}`;
}

/** The messages on one side of the hits, with the bytes of their texts, which are known without reading the texts. */
const CONTEXT = (side: string) => `
  SELECT m.*, coalesce(octet_length(m.content), 0) AS size, h.hit, abs(m.seq - h.seq) AS distance
  FROM hits h CROSS JOIN LATERAL (
    SELECT * FROM messages c WHERE c.room_id = h.room_id AND ${side} LIMIT $4
  ) m`;

/** The statements of search, with their parameters. */
export const SEARCH_SQL = statements('search', {
  /**
   * Resolves names and words for $1. $2: the only room, or null; $3: names of rooms, alone or with `~` and the id, and `@` with
   * a username for a direct room; $4: usernames; both in lower case, or null for any; $5 and $6: texts of the terms that are
   * words, and whether the last word of each may go on; $7: texts of the parts.
   */
  resolve: `
    WITH mine AS MATERIALIZED (
      SELECT r.id, r.message_count, r.last_seq, COALESCE(p.indexed_seq, 0) AS indexed_seq, CASE
        WHEN $3::text[] IS NULL THEN NULL
        WHEN r.kind = 'direct' THEN ARRAY(
          SELECT '@' || lower(a.username COLLATE "C") FROM memberships o JOIN accounts a ON a.id = o.account_id
          WHERE o.room_id = r.id AND o.account_id <> $1)
        ELSE ARRAY[lower(r.name COLLATE "C"), lower(r.name COLLATE "C") || '~' || r.id] END AS names
      FROM memberships m JOIN rooms r ON r.id = m.room_id LEFT JOIN search_progress p ON p.room_id = r.id
      WHERE m.account_id = $1 AND ($2::bigint IS NULL OR m.room_id = $2)
    ), chosen AS (
      SELECT * FROM mine WHERE $3::text[] IS NULL OR names && $3
    ), term AS (
      SELECT search_query(text, is_open) AS asked FROM unnest($5::text[], $6::boolean[]) t (text, is_open)
    )
    SELECT
      ARRAY(SELECT id FROM chosen ORDER BY id) AS rooms,
      ARRAY(SELECT n FROM unnest($3::text[]) n WHERE NOT EXISTS (SELECT FROM mine WHERE n = ANY (names))) AS unknown_rooms,
      ARRAY(SELECT id FROM accounts WHERE lower(username COLLATE "C") = ANY ($4::text[]) ORDER BY id) AS authors,
      ARRAY(SELECT n FROM unnest($4::text[]) n
            WHERE NOT EXISTS (SELECT FROM accounts WHERE lower(username COLLATE "C") = n)) AS unknown_authors,
      (SELECT COALESCE(sum(message_count), 0) FROM chosen) AS message_count,
      (SELECT COALESCE(sum(message_count), 0) FROM rooms) AS all_count,
      (SELECT count(*) FROM (
        SELECT FROM chosen c CROSS JOIN LATERAL (
          SELECT FROM messages WHERE room_id = c.id AND seq > c.indexed_seq LIMIT ${SEARCH_BEHIND_MAX}
        ) late
        WHERE c.indexed_seq < c.last_seq LIMIT ${SEARCH_BEHIND_MAX}
      ) late) AS behind,
      (SELECT COALESCE(bool_or(asked IS NULL), false) FROM term) AS has_empty_term,
      (SELECT string_agg('(' || asked::text || ')', ' & ') FROM term) AS words,
      ARRAY(SELECT search_fold(part) FROM unnest($7::text[]) WITH ORDINALITY p (part, n) ORDER BY n) AS parts`,
  newestByWalk: newest('walk'),
  newestByIndex: newest('index'),
  newestByMentions: newest('mentions'),
  bestByWalk: best('walk'),
  bestByIndex: best('index'),
  bestByMentions: best('mentions'),
  /**
   * Selects the messages around hits, as $1 sees them. $2 and $3: rooms and seqs of the hits; $4: how many on each side. The
   * nearest of each hit come first, until their texts have SEARCH_CONTEXT_MAX_BYTES.
   */
  context: `
    WITH hits AS MATERIALIZED (
      SELECT h.room_id, h.seq, h.hit FROM unnest($2::bigint[], $3::bigint[]) WITH ORDINALITY h (room_id, seq, hit)
      WHERE h.room_id IN (SELECT room_id FROM memberships WHERE account_id = $1)
    )
    SELECT ${messageColumnsFor('$1')}, m.hit FROM (
      SELECT *, sum(size) OVER (PARTITION BY hit ORDER BY distance, seq ROWS UNBOUNDED PRECEDING) - size AS bytes_before
      FROM (
        (${CONTEXT('c.seq < h.seq ORDER BY c.seq DESC')}) UNION ALL (${CONTEXT('c.seq > h.seq ORDER BY c.seq')})
      ) around
    ) m ${MESSAGE_AUTHOR}
    WHERE bytes_before < ${SEARCH_CONTEXT_MAX_BYTES}
    ORDER BY m.hit, m.seq`,
});
