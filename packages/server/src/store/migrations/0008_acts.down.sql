-- Takes the acts away and brings back those that stood before, as 0003 and 0005 made them.
DROP FUNCTION move_read_mark(bigint, bigint, bigint);
DROP FUNCTION people_of(bigint);
DROP FUNCTION create_direct_room(bigint[]);
DROP FUNCTION create_room(text, text, text, bigint);
DROP FUNCTION append_react(bigint, bigint, bigint, text, boolean, integer);
DROP FUNCTION append_delete(bigint, bigint, bigint);
DROP FUNCTION append_edit(bigint, bigint, bigint, text, text);
DROP FUNCTION replace_mentions(bigint, bigint, bigint, bigint[], bigint[]);
DROP FUNCTION begin_act_on_message(bigint, bigint, bigint);
DROP FUNCTION append_restore(bigint, bigint);
DROP FUNCTION append_archive(bigint, bigint);
DROP FUNCTION append_slow(bigint, bigint, integer);
DROP FUNCTION append_rename(bigint, bigint, text);
DROP FUNCTION append_topic(bigint, bigint, text);
DROP FUNCTION append_role(bigint, bigint, bigint, text);
DROP FUNCTION append_mute(bigint, bigint, bigint, timestamptz);
DROP FUNCTION append_unban(bigint, bigint, bigint);
DROP FUNCTION append_ban(bigint, bigint, bigint, timestamptz, text);
DROP FUNCTION append_kick(bigint, bigint, bigint);
DROP FUNCTION append_entries(bigint[], bigint[], text[]);
DROP FUNCTION iso_time(timestamptz);
DROP FUNCTION drop_member(bigint, bigint);
DROP FUNCTION put_member(bigint, bigint, text, bigint, timestamptz);
DROP FUNCTION may_act_on(bigint, text, bigint, bigint);
DROP FUNCTION begin_act(bigint, bigint, text);
DROP FUNCTION role_rank(text);
DROP FUNCTION put_event(bigint, text, bigint, bigint, text);
DROP FUNCTION append_messages(bigint[], bigint[], text[], text[], bigint[], text[], text[]);
DROP FUNCTION quote_of(bigint, bigint);
DROP FUNCTION called_members(bigint, bigint, text, text);

-- The append: the only way to give a seq. Each function takes the room's lock first and looks at everything else in
-- later statements, whose snapshots are newer than the wait for the lock.

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

-- Gives the room's next seq to one event. The caller holds the room's lock.
CREATE FUNCTION put_event(
  p_room bigint, p_kind text, p_account bigint, p_target bigint, p_detail text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  UPDATE rooms SET last_seq = last_seq + 1 WHERE id = p_room RETURNING last_seq INTO seq;
  at := date_trunc('milliseconds', clock_timestamp());
  INSERT INTO events VALUES (p_room, seq, p_kind, p_account, at, p_target, p_detail);
END
$$;

-- Locks a room and tells what its lock's holder needs to judge an act; is_visible is false for no room that they may see.
-- (Not "found": PL/pgSQL has a variable of that name in every function, and an assignment would set that one.)
CREATE FUNCTION lock_room(p_room bigint, p_account bigint, OUT is_visible boolean, OUT kind text, OUT role text)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  SELECT rooms.kind INTO kind FROM rooms WHERE id = p_room FOR NO KEY UPDATE;
  SELECT memberships.role INTO role FROM memberships WHERE room_id = p_room AND account_id = p_account;
  is_visible := kind IS NOT NULL AND (kind = 'open' OR role IS NOT NULL);
END
$$;

-- The acts below answer with one row: an outcome (done, unchanged, not_found, not_member, forbidden, conflict) and, when
-- done, the seq and time of the event.

-- Stores a batch of joins and leaves (p_kinds), each person at most once a room, in the order of the arrays, and answers
-- each item with an outcome: done (with the event's seq and time), unchanged, or not_found (no room that the person may see).
-- The planner settings are those of append_messages, for the same reason.
CREATE FUNCTION append_entries(p_rooms bigint[], p_accounts bigint[], p_kinds text[])
RETURNS TABLE (item integer, outcome text, seq bigint, at timestamptz)
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_at timestamptz;
BEGIN
  PERFORM 1 FROM rooms WHERE rooms.id = ANY (p_rooms) ORDER BY rooms.id FOR NO KEY UPDATE;
  v_at := date_trunc('milliseconds', clock_timestamp());
  RETURN QUERY
  WITH judged AS MATERIALIZED (
    SELECT b.ord::integer AS item, b.room_id, b.account_id, b.kind, r.last_seq,
           CASE
             WHEN r.kind IS NULL OR (r.kind <> 'open' AND m.role IS NULL) THEN 'not_found'
             WHEN (b.kind = 'join') = (m.role IS NOT NULL) THEN 'unchanged'
             ELSE 'done'
           END AS outcome
    FROM unnest(p_rooms, p_accounts, p_kinds) WITH ORDINALITY AS b(room_id, account_id, kind, ord)
    LEFT JOIN LATERAL (SELECT kind, last_seq FROM rooms WHERE rooms.id = b.room_id) r ON true
    LEFT JOIN LATERAL (
      SELECT role FROM memberships WHERE memberships.room_id = b.room_id AND memberships.account_id = b.account_id) m ON true
  ), numbered AS MATERIALIZED (
    SELECT j.*, j.outcome = 'done' AS is_done,
           j.last_seq + sum((j.outcome = 'done')::integer) OVER (PARTITION BY j.room_id ORDER BY j.item)::bigint AS new_seq
    FROM judged j
  ), put_events AS (
    INSERT INTO events (room_id, seq, kind, account_id, at)
    SELECT n.room_id, n.new_seq, n.kind, n.account_id, v_at FROM numbered n WHERE n.is_done
  ), come AS (
    INSERT INTO memberships (room_id, account_id, role, joined_seq, read_seq, joined_at)
    SELECT n.room_id, n.account_id, 'member', n.new_seq, n.new_seq, v_at FROM numbered n WHERE n.is_done AND n.kind = 'join'
  ), gone AS (
    DELETE FROM memberships USING numbered n
    WHERE n.is_done AND n.kind = 'leave' AND memberships.room_id = n.room_id AND memberships.account_id = n.account_id
  ), moved AS (
    UPDATE rooms SET last_seq = t.top, member_count = member_count + t.change
    FROM (
      SELECT n.room_id, max(n.new_seq) AS top, sum(CASE n.kind WHEN 'join' THEN 1 ELSE -1 END)::integer AS change
      FROM numbered n WHERE n.is_done GROUP BY n.room_id
    ) t
    WHERE rooms.id = t.room_id
  )
  SELECT n.item, n.outcome, n.new_seq, v_at FROM numbered n;
END
$$;

-- Owners remove anyone but themselves, moderators remove members.
CREATE FUNCTION append_kick(
  p_room bigint, p_actor bigint, p_target bigint, OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
  v_target_role text;
BEGIN
  SELECT * INTO v FROM lock_room(p_room, p_actor);
  IF NOT v.is_visible THEN outcome := 'not_found'; RETURN; END IF;
  IF v.role IS NULL THEN outcome := 'not_member'; RETURN; END IF;
  SELECT role INTO v_target_role FROM memberships WHERE room_id = p_room AND account_id = p_target;
  IF v.role = 'member' OR p_actor = p_target OR (v.role = 'moderator' AND v_target_role <> 'member') THEN
    outcome := 'forbidden'; RETURN;
  END IF;
  IF v_target_role IS NULL THEN outcome := 'unchanged'; RETURN; END IF;
  SELECT e.seq, e.at INTO seq, at FROM put_event(p_room, 'kick', p_actor, p_target, NULL) e;
  DELETE FROM memberships WHERE room_id = p_room AND account_id = p_target;
  UPDATE rooms SET member_count = member_count - 1 WHERE id = p_room;
  outcome := 'done';
END
$$;

-- Moderators add people as members; owners give any role to anyone but themselves.
CREATE FUNCTION append_role(
  p_room bigint, p_actor bigint, p_target bigint, p_role text, OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
  v_target_role text;
BEGIN
  SELECT * INTO v FROM lock_room(p_room, p_actor);
  IF NOT v.is_visible THEN outcome := 'not_found'; RETURN; END IF;
  IF v.role IS NULL THEN outcome := 'not_member'; RETURN; END IF;
  SELECT role INTO v_target_role FROM memberships WHERE room_id = p_room AND account_id = p_target;
  IF v.role = 'member' OR p_actor = p_target
     OR (v.role = 'moderator' AND (p_role <> 'member' OR COALESCE(v_target_role, 'member') <> 'member')) THEN
    outcome := 'forbidden'; RETURN;
  END IF;
  IF v_target_role = p_role THEN outcome := 'unchanged'; RETURN; END IF;
  SELECT e.seq, e.at INTO seq, at FROM put_event(p_room, 'role', p_actor, p_target, p_role) e;
  IF v_target_role IS NULL THEN
    INSERT INTO memberships VALUES (p_room, p_target, p_role, seq, seq, at);
    UPDATE rooms SET member_count = member_count + 1 WHERE id = p_room;
  ELSE
    UPDATE memberships SET role = p_role WHERE room_id = p_room AND account_id = p_target;
  END IF;
  outcome := 'done';
END
$$;

CREATE FUNCTION append_topic(
  p_room bigint, p_actor bigint, p_topic text, OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  SELECT * INTO v FROM lock_room(p_room, p_actor);
  IF NOT v.is_visible THEN outcome := 'not_found'; RETURN; END IF;
  IF v.role IS NULL THEN outcome := 'not_member'; RETURN; END IF;
  IF v.role = 'member' THEN outcome := 'forbidden'; RETURN; END IF;
  UPDATE rooms SET topic = p_topic WHERE id = p_room AND topic <> p_topic;
  IF NOT FOUND THEN outcome := 'unchanged'; RETURN; END IF;
  SELECT e.seq, e.at INTO seq, at FROM put_event(p_room, 'topic', p_actor, NULL, p_topic) e;
  outcome := 'done';
END
$$;

CREATE FUNCTION append_rename(
  p_room bigint, p_actor bigint, p_name text, OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  SELECT * INTO v FROM lock_room(p_room, p_actor);
  IF NOT v.is_visible THEN outcome := 'not_found'; RETURN; END IF;
  IF v.role IS NULL THEN outcome := 'not_member'; RETURN; END IF;
  IF v.role = 'member' THEN outcome := 'forbidden'; RETURN; END IF;
  BEGIN
    UPDATE rooms SET name = p_name WHERE id = p_room AND name <> p_name;
    IF NOT FOUND THEN outcome := 'unchanged'; RETURN; END IF;
  EXCEPTION WHEN unique_violation THEN
    outcome := 'conflict'; RETURN;
  END;
  SELECT e.seq, e.at INTO seq, at FROM put_event(p_room, 'rename', p_actor, NULL, p_name) e;
  outcome := 'done';
END
$$;

-- A new room with its owner as the first event; conflict when the name is taken.
CREATE FUNCTION create_room(
  p_name text, p_kind text, p_topic text, p_owner bigint, OUT outcome text, OUT room_id bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  INSERT INTO rooms (name, kind, topic, member_count, created_at)
  VALUES (p_name, p_kind, p_topic, 1, date_trunc('milliseconds', clock_timestamp()))
  ON CONFLICT DO NOTHING RETURNING id, created_at INTO room_id, at;
  IF room_id IS NULL THEN outcome := 'conflict'; RETURN; END IF;
  SELECT * INTO v FROM put_event(room_id, 'join', p_owner, NULL, NULL);
  INSERT INTO memberships VALUES (room_id, p_owner, 'owner', v.seq, v.seq, v.at);
  outcome := 'done';
END
$$;
