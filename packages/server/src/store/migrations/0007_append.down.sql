-- Brings back what stood before, as 0003 made it.
DROP FUNCTION append_entries(bigint[], bigint[], text[]);
DROP FUNCTION is_bound(timestamptz, timestamptz, integer, timestamptz);
DROP FUNCTION append_messages(bigint[], bigint[], text[], text[], bigint[], text[], text[]);
DROP FUNCTION quote_of(bigint, bigint);
DROP FUNCTION iso_time(timestamptz);
DROP FUNCTION called_members(bigint, bigint, text, text);

-- Stores a batch of messages, in the order of the arrays, and answers each item with an outcome:
--   stored, duplicate (seq of the first one), id_conflict (same id, other content or replyTo), not_found (no room that the author may
--   see), not_member, no_target (nothing to reply to).
-- The planner settings: without statistics of fresh tables it would choose scans of whole tables.
CREATE FUNCTION append_messages(
  p_rooms bigint[], p_accounts bigint[], p_ids text[], p_contents text[], p_replies bigint[]
) RETURNS TABLE (item integer, outcome text, seq bigint, at timestamptz)
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_at timestamptz;
BEGIN
  PERFORM 1 FROM rooms WHERE rooms.id = ANY (p_rooms) ORDER BY rooms.id FOR NO KEY UPDATE;
  -- Taken under the lock, so that within a room later seqs do not carry earlier times while the clock behaves.
  v_at := date_trunc('milliseconds', clock_timestamp());
  RETURN QUERY
  WITH batch AS MATERIALIZED (
    SELECT b.ord::integer AS item, b.room_id, b.account_id, b.id, b.content, b.reply_to,
           substr(sha256(convert_to(COALESCE(b.reply_to::text, '') || ':' || b.content, 'UTF8')), 1, 16) AS digest
    FROM unnest(p_rooms, p_accounts, p_ids, p_contents, p_replies) WITH ORDINALITY
      AS b(room_id, account_id, id, content, reply_to, ord)
  ), judged AS MATERIALIZED (
    SELECT b.*, r.last_seq, s.seq AS stored_seq, s.at AS stored_at, s.digest AS stored_digest,
           CASE
             WHEN s.seq IS NOT NULL THEN NULL
             WHEN m.role IS NULL THEN CASE WHEN r.kind = 'open' THEN 'not_member' ELSE 'not_found' END
             WHEN b.reply_to IS NOT NULL AND NOT EXISTS (
               SELECT 1 FROM messages t WHERE t.room_id = b.room_id AND t.seq = b.reply_to) THEN 'no_target'
           END AS refusal
    FROM batch b
    LEFT JOIN LATERAL (SELECT kind, last_seq FROM rooms WHERE rooms.id = b.room_id) r ON true
    LEFT JOIN LATERAL (
      SELECT role FROM memberships WHERE memberships.room_id = b.room_id AND memberships.account_id = b.account_id) m ON true
    LEFT JOIN LATERAL (
      SELECT messages.seq, messages.at, messages.digest FROM messages
      WHERE messages.room_id = b.room_id AND messages.account_id = b.account_id AND messages.id = b.id) s ON true
  ), fresh AS MATERIALIZED (
    -- A repeat within the batch counts as one only of an item that was not refused.
    SELECT j.*, COALESCE(j.stored_digest, first_value(j.digest) OVER same_id) AS first_digest,
           j.refusal IS NULL AND j.stored_seq IS NULL AND j.item = first_value(j.item) OVER same_id AS is_fresh
    FROM judged j
    WINDOW same_id AS (PARTITION BY j.room_id, j.account_id, j.id, j.refusal IS NULL ORDER BY j.item)
  ), numbered AS MATERIALIZED (
    SELECT f.*, f.last_seq + sum(f.is_fresh::integer) OVER (PARTITION BY f.room_id ORDER BY f.item)::bigint AS new_seq
    FROM fresh f
  ), put_events AS (
    INSERT INTO events (room_id, seq, kind, account_id, at)
    SELECT n.room_id, n.new_seq, 'message', n.account_id, v_at FROM numbered n WHERE n.is_fresh
  ), put_messages AS (
    INSERT INTO messages (room_id, seq, account_id, id, content, digest, reply_to, at)
    SELECT n.room_id, n.new_seq, n.account_id, n.id, n.content, n.digest, n.reply_to, v_at FROM numbered n WHERE n.is_fresh
  ), moved AS (
    UPDATE rooms SET last_seq = t.top
    FROM (SELECT n.room_id, max(n.new_seq) AS top FROM numbered n WHERE n.is_fresh GROUP BY n.room_id) t
    WHERE rooms.id = t.room_id
  )
  SELECT n.item,
         CASE
           WHEN n.refusal IS NOT NULL THEN n.refusal
           WHEN n.is_fresh THEN 'stored'
           WHEN n.digest <> n.first_digest THEN 'id_conflict'
           ELSE 'duplicate'
         END,
         COALESCE(n.stored_seq, first_value(n.new_seq) OVER (
           PARTITION BY n.room_id, n.account_id, n.id, n.refusal IS NULL ORDER BY n.item)),
         COALESCE(n.stored_at, v_at)
  FROM numbered n;
END
$$;

CREATE FUNCTION append_join(p_room bigint, p_actor bigint, OUT outcome text, OUT seq bigint, OUT at timestamptz)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  SELECT * INTO v FROM lock_room(p_room, p_actor);
  IF NOT v.is_visible THEN outcome := 'not_found'; RETURN; END IF;
  IF v.role IS NOT NULL THEN outcome := 'unchanged'; RETURN; END IF;
  SELECT e.seq, e.at INTO seq, at FROM put_event(p_room, 'join', p_actor, NULL, NULL) e;
  INSERT INTO memberships VALUES (p_room, p_actor, 'member', seq, seq, at);
  UPDATE rooms SET member_count = member_count + 1 WHERE id = p_room;
  outcome := 'done';
END
$$;

CREATE FUNCTION append_leave(p_room bigint, p_actor bigint, OUT outcome text, OUT seq bigint, OUT at timestamptz)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  SELECT * INTO v FROM lock_room(p_room, p_actor);
  IF NOT v.is_visible THEN outcome := 'not_found'; RETURN; END IF;
  IF v.role IS NULL THEN outcome := 'unchanged'; RETURN; END IF;
  SELECT e.seq, e.at INTO seq, at FROM put_event(p_room, 'leave', p_actor, NULL, NULL) e;
  DELETE FROM memberships WHERE room_id = p_room AND account_id = p_actor;
  UPDATE rooms SET member_count = member_count - 1 WHERE id = p_room;
  outcome := 'done';
END
$$;
