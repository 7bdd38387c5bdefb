-- The append: it stores messages in batches. This is the hot path.

-- Stores a batch of messages in the order of the arrays. Locks the batch's rooms in the order of their ids, and reads everything
-- else in later statements, whose snapshots are newer than the wait for the locks. Only members may send.
-- p_kinds: null for plain text, me for an action. p_names: the names that the text may mention, see called_members.
-- p_places: numbers each room's messages of the batch from 1. Null: the batch is judged message by message.
-- Returns rows with an item, numbered from 1, and its outcome; see append_judged_messages. A batch in which every message is new
-- and allowed is stored in one pass, which returns rows only for the first message of each room, and for those that call or
-- answer somebody. The others have the seqs after the first one.
-- The planner settings prevent scans of whole tables, which the planner would choose while it has no statistics.
CREATE OR REPLACE FUNCTION append_messages(
  p_rooms bigint[], p_accounts bigint[], p_ids text[], p_contents text[], p_replies bigint[], p_kinds text[], p_names text[],
  p_places bigint[] DEFAULT NULL
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
  IF p_places IS NOT NULL THEN
    RETURN QUERY
    WITH batch AS MATERIALIZED (
      SELECT b.*, r.kind AS room_kind, r.last_seq + b.place AS seq, r.message_count + b.place AS ordinal, m.role,
             -- Each rule of append_judged_messages that could refuse or delay the message, or find a repeat of it.
             m.role IS NOT NULL AND r.archived_at IS NULL AND r.message_max IS NULL AND (r.slow_ms = 0 OR m.role <> 'member')
             AND (m.muted_until IS NULL OR m.muted_until <= v_at)
             AND s.seq IS NULL AND (b.reply_to IS NULL OR t.seq IS NOT NULL) AS is_new
      FROM unnest(p_rooms, p_accounts, p_ids, p_contents, p_replies, p_kinds, p_names, p_places) WITH ORDINALITY
        AS b(room_id, account_id, id, content, reply_to, kind, names, place, item)
      LEFT JOIN LATERAL (
        SELECT kind, last_seq, message_count, slow_ms, message_max, archived_at FROM rooms WHERE rooms.id = b.room_id) r ON true
      LEFT JOIN LATERAL (
        SELECT role, muted_until FROM memberships
        WHERE memberships.room_id = b.room_id AND memberships.account_id = b.account_id) m ON true
      -- Joins and no EXISTS, for which the planner might hash the whole table.
      LEFT JOIN LATERAL (
        SELECT seq FROM messages
        WHERE messages.room_id = b.room_id AND messages.account_id = b.account_id AND messages.id = b.id) s ON true
      LEFT JOIN LATERAL (
        SELECT seq FROM messages WHERE messages.room_id = b.room_id AND messages.seq = b.reply_to) t ON true
    ), new AS MATERIALIZED (
      SELECT b.*, CASE
          WHEN b.names IS NOT NULL OR b.reply_to IS NOT NULL THEN
            called_members(b.room_id, b.room_kind, b.account_id, b.role, b.names, b.reply_to)
          -- Without the call, which would set and reset the planner's settings for each message.
          WHEN b.room_kind = 'direct' THEN ARRAY[0::bigint]
        END AS called
      FROM batch b WHERE (SELECT bool_and(is_new) FROM batch)
    ), insert_events AS (
      INSERT INTO events (room_id, seq, kind, account_id, at)
      SELECT n.room_id, n.seq, 'message', n.account_id, v_at FROM new n
    ), insert_messages AS (
      INSERT INTO messages (room_id, seq, account_id, id, content, digest, reply_to, at, ordinal, kind, mentions)
      SELECT n.room_id, n.seq, n.account_id, n.id, n.content, message_digest(n.kind, n.reply_to, n.content), n.reply_to, v_at,
             n.ordinal, n.kind, n.called
      FROM new n
    ), insert_mentions AS (
      INSERT INTO mentions (account_id, room_id, seq, author_id)
      SELECT unnest(n.called), n.room_id, n.seq, n.account_id FROM new n WHERE n.called IS NOT NULL
    ), update_rooms AS (
      UPDATE rooms SET last_seq = t.seq, message_count = t.ordinal
      FROM (SELECT n.room_id, max(n.seq) AS seq, max(n.ordinal) AS ordinal FROM new n GROUP BY n.room_id) t
      WHERE rooms.id = t.room_id
    ), update_memberships AS (
      UPDATE memberships SET own_unread = own_unread + t.added, last_sent_seq = t.top, last_sent_at = v_at
      FROM (
        SELECT n.room_id, n.account_id, count(*) AS added, max(n.seq) AS top FROM new n GROUP BY n.room_id, n.account_id
      ) t
      WHERE memberships.room_id = t.room_id AND memberships.account_id = t.account_id
    )
    SELECT n.item::integer, 'stored', n.seq, v_at, n.called,
           CASE WHEN n.reply_to IS NOT NULL THEN quote_of(n.room_id, n.reply_to) END, NULL::jsonb, NULL::integer
    FROM new n WHERE n.place = 1 OR n.called IS NOT NULL OR n.reply_to IS NOT NULL;
    IF FOUND THEN RETURN; END IF;
  END IF;
  RETURN QUERY SELECT * FROM append_judged_messages(
    v_at, p_rooms, p_accounts, p_ids, p_contents, p_replies, p_kinds, p_names);
END
$$;

-- Stores a single message that answers and calls nobody by name, as most are: a third of the work of a batch of one.
-- Returns its row as append_messages does, which also takes every message that is not simply new and allowed.
CREATE OR REPLACE FUNCTION append_message(p_room bigint, p_account bigint, p_id text, p_content text, p_kind text) RETURNS TABLE (
  item integer, outcome text, seq bigint, at timestamptz, mentions bigint[], quote jsonb, now jsonb, wait_ms integer
)
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_ordinal bigint;
  v_is_new boolean;
BEGIN
  SELECT last_seq + 1, message_count + 1,
         archived_at IS NULL AND message_max IS NULL AND slow_ms = 0 AND kind <> 'direct'
  INTO seq, v_ordinal, v_is_new
  FROM rooms WHERE rooms.id = p_room FOR NO KEY UPDATE;
  at := date_trunc('milliseconds', clock_timestamp());
  IF v_is_new
    AND EXISTS (
      SELECT FROM memberships WHERE room_id = p_room AND account_id = p_account
        AND (muted_until IS NULL OR muted_until <= append_message.at))
    AND NOT EXISTS (SELECT FROM messages WHERE room_id = p_room AND account_id = p_account AND messages.id = p_id)
  THEN
    INSERT INTO events (room_id, seq, kind, account_id, at)
    VALUES (p_room, append_message.seq, 'message', p_account, append_message.at);
    INSERT INTO messages (room_id, seq, account_id, id, content, digest, at, ordinal, kind)
    VALUES (p_room, append_message.seq, p_account, p_id, p_content, message_digest(p_kind, NULL, p_content),
            append_message.at, v_ordinal, p_kind);
    UPDATE rooms SET last_seq = append_message.seq, message_count = v_ordinal WHERE rooms.id = p_room;
    UPDATE memberships SET own_unread = own_unread + 1, last_sent_seq = append_message.seq, last_sent_at = append_message.at
    WHERE room_id = p_room AND account_id = p_account;
    item := 1;
    outcome := 'stored';
    RETURN NEXT;
  ELSE
    RETURN QUERY SELECT * FROM append_messages(
      ARRAY[p_room], ARRAY[p_account], ARRAY[p_id], ARRAY[p_content], ARRAY[NULL::bigint], ARRAY[p_kind], ARRAY[NULL::text],
      ARRAY[1::bigint]);
  END IF;
END
$$;

-- Stores a batch of messages under the locks of append_messages, each by its own outcome:
--   stored
--   duplicate: this id is stored already; seq, at and mentions are those of the first, and now is its state: content, editedAt,
--     deletedAt. A deleted message matches any content.
--   id_conflict: this id is stored already, with another content, kind or replyTo
--   not_found (no room that the author can see), not_member, archived, muted, no_target (replyTo is no message of the room)
--   slow: slow mode
--   waiting: a direct room takes no further messages until somebody accepts it
-- wait_ms: how long a mute or slow mode lasts. quote: what the message replies to, for members.
CREATE OR REPLACE FUNCTION append_judged_messages(
  p_at timestamptz, p_rooms bigint[], p_accounts bigint[], p_ids text[], p_contents text[], p_replies bigint[], p_kinds text[], p_names text[]
) RETURNS TABLE (
  item integer, outcome text, seq bigint, at timestamptz, mentions bigint[], quote jsonb, now jsonb, wait_ms integer
)
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH batch AS MATERIALIZED (
    SELECT b.ord::integer AS item, b.room_id, b.account_id, b.id, b.content, b.reply_to, b.kind, b.names,
           message_digest(b.kind, b.reply_to, b.content) AS digest
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
             WHEN m.muted_until > p_at THEN 'muted'
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
        WHEN j.free_at > p_at THEN 'slow'
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
    SELECT n.room_id, n.last_seq + n.place, 'message', n.account_id, p_at FROM numbered n WHERE n.is_fresh
  ), insert_messages AS (
    INSERT INTO messages (room_id, seq, account_id, id, content, digest, reply_to, at, ordinal, kind, mentions)
    SELECT n.room_id, n.last_seq + n.place, n.account_id, n.id, n.content, n.digest, n.reply_to, p_at,
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
    UPDATE memberships SET own_unread = own_unread + t.added, last_sent_seq = t.top, last_sent_at = p_at
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
         COALESCE(n.stored_at, p_at),
         COALESCE(n.stored_mentions, first_value(n.called) OVER same_id),
         -- An author who has left gets no quote: its text may be newer than their leaving.
         CASE WHEN n.reply_to IS NOT NULL AND n.verdict IS NULL AND n.role IS NOT NULL THEN quote_of(n.room_id, n.reply_to) END,
         n.now,
         CASE n.verdict
           WHEN 'slow' THEN CASE WHEN n.free_at > p_at THEN milliseconds_until(n.free_at, p_at) ELSE n.slow_ms END
           WHEN 'muted' THEN milliseconds_until(n.muted_until, p_at)
         END
  FROM numbered n
  WINDOW same_id AS (PARTITION BY n.room_id, n.account_id, n.id, n.verdict IS NULL ORDER BY n.item);
END
$$;
