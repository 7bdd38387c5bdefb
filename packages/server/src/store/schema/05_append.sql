-- The append: it stores messages in batches. This is the hot path.

-- Stores a batch of messages in the order of the arrays. Locks the batch's rooms in the order of their ids, and reads everything
-- else in later statements, whose snapshots are newer than the wait for the locks. Only members may send.
-- p_kinds: null for plain text, me for an action. p_names: the names that the text may mention, see called_members.
-- Returns a row per item, numbered from 1, with an outcome:
--   stored
--   duplicate: this id is stored already; seq, at and mentions are those of the first, and now is its state: content, editedAt,
--     deletedAt. A deleted message matches any content.
--   id_conflict: this id is stored already, with another content, kind or replyTo
--   not_found (no room that the author can see), not_member, archived, muted, no_target (replyTo is no message of the room)
--   slow: slow mode
--   waiting: a direct room takes no further messages until somebody accepts it
-- wait_ms: how long a mute or slow mode lasts. quote: what the message replies to, for members.
-- The planner settings prevent scans of whole tables, which the planner would choose while it has no statistics.
CREATE OR REPLACE FUNCTION append_messages(
  p_rooms bigint[], p_accounts bigint[], p_ids text[], p_contents text[], p_replies bigint[], p_kinds text[], p_names text[]
) RETURNS TABLE (
  item integer, outcome text, seq bigint, at timestamptz, mentions bigint[], quote jsonb, now jsonb, wait_ms integer
)
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_at timestamptz;
BEGIN
  PERFORM 1 FROM rooms WHERE rooms.id = ANY (p_rooms) ORDER BY rooms.id FOR NO KEY UPDATE;
  -- Read under the lock, so that in a room a later seq has no earlier time unless the clock is set back.
  v_at := date_trunc('milliseconds', clock_timestamp());
  RETURN QUERY
  WITH batch AS MATERIALIZED (
    SELECT b.ord::integer AS item, b.room_id, b.account_id, b.id, b.content, b.reply_to, b.kind, b.names,
           substr(sha256(convert_to(COALESCE(b.kind, '') || COALESCE(b.reply_to::text, '') || ':' || b.content, 'UTF8')), 1, 16)
             AS digest
    FROM unnest(p_rooms, p_accounts, p_ids, p_contents, p_replies, p_kinds, p_names) WITH ORDINALITY
      AS b(room_id, account_id, id, content, reply_to, kind, names, ord)
  ), judged AS MATERIALIZED (
    SELECT b.*, r.kind AS room_kind, r.last_seq, r.message_count, r.slow_ms, r.message_max, m.role, s.seq AS stored_seq, s.at AS stored_at,
           NULLIF(s.digest, '') AS stored_digest, s.mentions AS stored_mentions, s.now,
           CASE WHEN r.slow_ms > 0 AND m.role = 'member' THEN m.last_sent_at + r.slow_ms * interval '1 ms' END AS free_at,
           m.muted_until,
           CASE
             WHEN s.seq IS NOT NULL THEN NULL
             WHEN m.role IS NULL THEN CASE WHEN is_visible_to_outsider(r.kind, r.archived_at IS NOT NULL, b.account_id) THEN 'not_member' ELSE 'not_found' END
             WHEN r.archived_at IS NOT NULL THEN 'archived'
             WHEN m.muted_until > v_at THEN 'muted'
             WHEN b.reply_to IS NOT NULL AND NOT EXISTS (
               SELECT 1 FROM messages t WHERE t.room_id = b.room_id AND t.seq = b.reply_to) THEN 'no_target'
           END AS refusal
    FROM batch b
    LEFT JOIN LATERAL (
      SELECT kind, last_seq, message_count, slow_ms, message_max, archived_at FROM rooms WHERE rooms.id = b.room_id) r ON true
    LEFT JOIN LATERAL (
      SELECT role, muted_until, last_sent_at FROM memberships
      WHERE memberships.room_id = b.room_id AND memberships.account_id = b.account_id) m ON true
    LEFT JOIN LATERAL (
      SELECT messages.seq, messages.at, messages.digest, messages.mentions, jsonb_strip_nulls(jsonb_build_object(
               'content', CASE WHEN messages.deleted_at IS NULL THEN messages.content END,
               'editedAt', iso_time(messages.edited_at), 'deletedAt', iso_time(messages.deleted_at))) AS now
      FROM messages
      WHERE messages.room_id = b.room_id AND messages.account_id = b.account_id AND messages.id = b.id) s ON true
  ), allowed AS MATERIALIZED (
    -- In slow mode the author's first message of the batch passes, and so do repeats of it.
    SELECT j.*, CASE
        -- Ids count in the order in which they first occur, so that a repeat shares the fate of its first.
        WHEN j.message_max IS NOT NULL AND j.message_count + (
          SELECT count(DISTINCT o.id) FROM judged o
          WHERE o.room_id = j.room_id AND o.account_id = j.account_id AND o.refusal IS NULL AND o.stored_seq IS NULL
            AND o.item <= (
              SELECT min(f.item) FROM judged f
              WHERE f.room_id = j.room_id AND f.account_id = j.account_id AND f.refusal IS NULL AND f.id = j.id)
        ) > j.message_max THEN 'waiting'
        WHEN j.free_at > v_at THEN 'slow'
        WHEN j.slow_ms > 0 AND j.role = 'member' AND j.stored_seq IS NULL AND first_value(j.id) OVER author <> j.id THEN 'slow'
      END AS delay
    FROM judged j
    WINDOW author AS (PARTITION BY j.room_id, j.account_id, j.refusal IS NULL AND j.stored_seq IS NULL ORDER BY j.item)
  ), settled AS MATERIALIZED (
    SELECT a.*, COALESCE(a.refusal, CASE WHEN a.stored_seq IS NULL THEN a.delay END) AS verdict FROM allowed a
  ), fresh AS MATERIALIZED (
    -- A repeat within the batch is a duplicate only of an item that was not refused.
    SELECT s.*, COALESCE(s.stored_digest, CASE WHEN s.stored_seq IS NULL THEN first_value(s.digest) OVER same_id END) AS first_digest,
           s.verdict IS NULL AND s.stored_seq IS NULL AND s.item = first_value(s.item) OVER same_id AS is_fresh
    FROM settled s
    WINDOW same_id AS (PARTITION BY s.room_id, s.account_id, s.id, s.verdict IS NULL ORDER BY s.item)
  ), numbered AS MATERIALIZED (
    SELECT f.*, sum(f.is_fresh::integer) OVER (PARTITION BY f.room_id ORDER BY f.item)::bigint AS place,
           CASE
             WHEN NOT f.is_fresh THEN NULL
             WHEN f.names IS NOT NULL OR f.reply_to IS NOT NULL THEN
               called_members(f.room_id, f.room_kind, f.account_id, f.role, f.names, f.reply_to)
             -- Without the call, which would set and reset the planner's settings for each message.
             WHEN f.room_kind = 'direct' THEN ARRAY[0::bigint]
           END AS called
    FROM fresh f
  ), insert_events AS (
    INSERT INTO events (room_id, seq, kind, account_id, at)
    SELECT n.room_id, n.last_seq + n.place, 'message', n.account_id, v_at FROM numbered n WHERE n.is_fresh
  ), insert_messages AS (
    INSERT INTO messages (room_id, seq, account_id, id, content, digest, reply_to, at, ordinal, kind, mentions)
    SELECT n.room_id, n.last_seq + n.place, n.account_id, n.id, n.content, n.digest, n.reply_to, v_at,
           n.message_count + n.place, n.kind, n.called
    FROM numbered n WHERE n.is_fresh
  ), insert_mentions AS (
    INSERT INTO mentions (account_id, room_id, seq, author_id)
    SELECT unnest(n.called), n.room_id, n.last_seq + n.place, n.account_id FROM numbered n WHERE n.is_fresh AND n.called IS NOT NULL
  ), update_rooms AS (
    UPDATE rooms SET last_seq = last_seq + t.added, message_count = message_count + t.added
    FROM (SELECT n.room_id, count(*) AS added FROM numbered n WHERE n.is_fresh GROUP BY n.room_id) t
    WHERE rooms.id = t.room_id
  ), update_memberships AS (
    UPDATE memberships SET own_unread = own_unread + t.added, last_sent_seq = t.top, last_sent_at = v_at
    FROM (
      SELECT n.room_id, n.account_id, count(*) AS added, max(n.last_seq + n.place) AS top
      FROM numbered n WHERE n.is_fresh GROUP BY n.room_id, n.account_id
    ) t
    WHERE memberships.room_id = t.room_id AND memberships.account_id = t.account_id
  )
  SELECT n.item,
         CASE
           WHEN n.verdict IS NOT NULL THEN n.verdict
           WHEN n.is_fresh THEN 'stored'
           WHEN n.digest <> n.first_digest THEN 'id_conflict'
           ELSE 'duplicate'
         END,
         COALESCE(n.stored_seq, first_value(n.last_seq + n.place) OVER same_id),
         COALESCE(n.stored_at, v_at),
         COALESCE(n.stored_mentions, first_value(n.called) OVER same_id),
         -- An author who has left gets no quote: its text may be newer than their leaving.
         CASE WHEN n.reply_to IS NOT NULL AND n.verdict IS NULL AND n.role IS NOT NULL THEN quote_of(n.room_id, n.reply_to) END,
         n.now,
         CASE n.verdict
           WHEN 'slow' THEN CASE WHEN n.free_at > v_at THEN milliseconds_until(n.free_at, v_at) ELSE n.slow_ms END
           WHEN 'muted' THEN milliseconds_until(n.muted_until, v_at)
         END
  FROM numbered n
  WINDOW same_id AS (PARTITION BY n.room_id, n.account_id, n.id, n.verdict IS NULL ORDER BY n.item);
END
$$;

-- Returns the accounts that a message calls, without its author, in the order of their ids; null if it calls nobody.
-- They are members: the author of the message that it replies to, unless that is deleted, and those of `p_names` (lower-case,
-- separated by blanks). At most 50 (MENTIONS_MAX): that author, then the first names. Account 0 means the whole room: every
-- message in a direct room, and the name @room of an owner or moderator.
CREATE OR REPLACE FUNCTION called_members(
  p_room bigint, p_kind text, p_author bigint, p_role text, p_names text, p_reply_to bigint
) RETURNS bigint[]
LANGUAGE sql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
  SELECT NULLIF(
    CASE WHEN p_kind = 'direct' OR ('@room' = ANY (n.names) AND p_role IN ('owner', 'moderator'))
      THEN ARRAY[0::bigint] ELSE '{}' END || ARRAY(
      SELECT first.id FROM (
        -- LIMIT 1 keeps these look-ups nested loops: without statistics the planner would join whole tables.
        SELECT c.id FROM (
          SELECT m.account_id AS id, 0::bigint AS place FROM messages m
          WHERE m.room_id = p_room AND m.seq = p_reply_to AND m.deleted_at IS NULL
          UNION ALL
          SELECT a.id, t.place FROM unnest(n.names) WITH ORDINALITY AS t(name, place)
          CROSS JOIN LATERAL (SELECT id FROM accounts WHERE lower(username COLLATE "C") = t.name LIMIT 1) a
        ) c
        CROSS JOIN LATERAL (SELECT FROM memberships WHERE room_id = p_room AND account_id = c.id LIMIT 1) m
        WHERE c.id <> p_author GROUP BY c.id ORDER BY min(c.place) LIMIT 50
      ) first ORDER BY first.id
    ), '{}')
  FROM (SELECT string_to_array(p_names, ' ') AS names) n
$$;

-- Returns the line of a message that its replies quote [M3], as quoteLine of packages/protocol does: the first that has a visible
-- character and is no fence, at most 120 characters (QUOTE_MAX_CHARS). After a fence without the backticks at its end. The class
-- of invisible characters is the one that checkContent uses.
CREATE OR REPLACE FUNCTION quote_line(p_content text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN (
  SELECT left(CASE WHEN l.words = l.first THEN l.first ELSE COALESCE(regexp_replace(l.words, '`{3,}[ \t]*$', ''), l.first, '') END, 120)
  FROM (
    SELECT substring(p_content FROM '(?n)^.*' || invisible.no || '.*$') AS first,
           substring(p_content FROM '(?n)^(?!(?:> )?`{3,}[^`]*$).*' || invisible.no || '.*$') AS words
    FROM (SELECT '[^\u0001-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f'
      || '\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d159'
      || '\U0001d173-\U0001d17a\U000e0000-\U000e0fff]' AS no) invisible) l);

-- Returns the quote that a reply shows: the author and a line of the message. Null if it was deleted.
CREATE OR REPLACE FUNCTION quote_of(p_room bigint, p_seq bigint) RETURNS jsonb LANGUAGE sql STABLE
RETURN (
  SELECT jsonb_build_object('userId', m.account_id, 'username', a.username, 'line', quote_line(m.content))
  FROM messages m JOIN accounts a ON a.id = m.account_id
  WHERE m.room_id = p_room AND m.seq = p_seq AND m.deleted_at IS NULL);
