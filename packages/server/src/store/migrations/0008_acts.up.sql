-- The append anew: messages with mentions, mutes, slow mode and counts, and every act on a room. As before, each
-- function takes the room's lock first and looks at everything else in later statements, whose snapshots are newer.

DROP FUNCTION append_messages(bigint[], bigint[], text[], text[], bigint[]);
DROP FUNCTION append_entries(bigint[], bigint[], text[]);
DROP FUNCTION append_kick(bigint, bigint, bigint);
DROP FUNCTION append_role(bigint, bigint, bigint, text);
DROP FUNCTION append_topic(bigint, bigint, text);
DROP FUNCTION append_rename(bigint, bigint, text);
DROP FUNCTION create_room(text, text, text, bigint);
DROP FUNCTION lock_room(bigint, bigint);
DROP FUNCTION put_event(bigint, text, bigint, bigint, text);

-- Whom a text calls: the members among `p_names` (lower-case, with blanks between; '@room' is the room), without the
-- author. Only owners and moderators call a room. At most 50: more is no call but noise.
CREATE FUNCTION called_members(p_room bigint, p_author bigint, p_role text, p_names text) RETURNS bigint[]
LANGUAGE sql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
  SELECT NULLIF(
    CASE WHEN '@room' = ANY (n.names) AND p_role IN ('owner', 'moderator') THEN ARRAY[0::bigint] ELSE '{}' END || ARRAY(
      -- Looked up one by one (LIMIT 1 keeps it so): the planner may know little of these tables.
      SELECT a.id FROM unnest(n.names) AS t(name)
      CROSS JOIN LATERAL (SELECT id FROM accounts WHERE lower(username COLLATE "C") = t.name LIMIT 1) a
      CROSS JOIN LATERAL (SELECT FROM memberships WHERE room_id = p_room AND account_id = a.id LIMIT 1) m
      WHERE a.id <> p_author ORDER BY a.id LIMIT 50
    ), '{}')
  FROM (SELECT string_to_array(p_names, ' ') AS names) n
$$;

-- What a message that is answered says, for the answer: who, and its first line; null once it has no text.
CREATE FUNCTION quote_of(p_room bigint, p_seq bigint) RETURNS jsonb LANGUAGE sql STABLE
RETURN (
  SELECT jsonb_build_object('userId', m.account_id, 'username', a.username, 'line', left(split_part(m.content, E'\n', 1), 120))
  FROM messages m JOIN accounts a ON a.id = m.account_id
  WHERE m.room_id = p_room AND m.seq = p_seq AND m.deleted_at IS NULL);

-- Stores a batch of messages, in the order of the arrays, and answers each item with an outcome:
--   stored, duplicate (seq of the first one), id_conflict (same id, other content, kind or replyTo), not_found (no room
--   that the author may see), not_member, archived, muted, no_target (nothing to reply to), slow (try after wait_ms).
-- A deleted message has no digest any more: it answers for its id whatever the text of the repeat.
-- The planner settings: without statistics of fresh tables it would choose scans of whole tables.
CREATE FUNCTION append_messages(
  p_rooms bigint[], p_accounts bigint[], p_ids text[], p_contents text[], p_replies bigint[], p_kinds text[], p_names text[]
) RETURNS TABLE (
  item integer, outcome text, seq bigint, at timestamptz, mentions bigint[], quote jsonb, wait_ms integer
)
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
    SELECT b.ord::integer AS item, b.room_id, b.account_id, b.id, b.content, b.reply_to, b.kind, b.names,
           substr(sha256(convert_to(COALESCE(b.kind, '') || COALESCE(b.reply_to::text, '') || ':' || b.content, 'UTF8')), 1, 16)
             AS digest
    FROM unnest(p_rooms, p_accounts, p_ids, p_contents, p_replies, p_kinds, p_names) WITH ORDINALITY
      AS b(room_id, account_id, id, content, reply_to, kind, names, ord)
  ), judged AS MATERIALIZED (
    SELECT b.*, r.last_seq, r.message_count, r.slow_ms, m.role, s.seq AS stored_seq, s.at AS stored_at,
           NULLIF(s.digest, '') AS stored_digest, s.mentions AS stored_mentions,
           CASE WHEN r.slow_ms > 0 AND m.role = 'member' THEN m.last_sent_at + r.slow_ms * interval '1 ms' END AS free_at,
           CASE
             WHEN s.seq IS NOT NULL THEN NULL
             WHEN m.role IS NULL THEN CASE WHEN r.kind = 'open' THEN 'not_member' ELSE 'not_found' END
             WHEN r.archived_at IS NOT NULL THEN 'archived'
             WHEN m.muted_until > v_at THEN 'muted'
             WHEN b.reply_to IS NOT NULL AND NOT EXISTS (
               SELECT 1 FROM messages t WHERE t.room_id = b.room_id AND t.seq = b.reply_to) THEN 'no_target'
           END AS refusal
    FROM batch b
    LEFT JOIN LATERAL (
      SELECT kind, last_seq, message_count, slow_ms, archived_at FROM rooms WHERE rooms.id = b.room_id) r ON true
    LEFT JOIN LATERAL (
      SELECT role, muted_until, last_sent_at FROM memberships
      WHERE memberships.room_id = b.room_id AND memberships.account_id = b.account_id) m ON true
    LEFT JOIN LATERAL (
      SELECT messages.seq, messages.at, messages.digest, messages.mentions FROM messages
      WHERE messages.room_id = b.room_id AND messages.account_id = b.account_id AND messages.id = b.id) s ON true
  ), allowed AS MATERIALIZED (
    -- In slow mode the first message of a batch uses the turn up.
    SELECT j.*, CASE
        WHEN j.free_at > v_at THEN 'slow'
        WHEN j.slow_ms > 0 AND j.role = 'member' AND j.stored_seq IS NULL AND row_number() OVER author > 1 THEN 'slow'
      END AS delay
    FROM judged j
    WINDOW author AS (PARTITION BY j.room_id, j.account_id, j.refusal IS NULL AND j.stored_seq IS NULL ORDER BY j.item)
  ), settled AS MATERIALIZED (
    SELECT a.*, COALESCE(a.refusal, CASE WHEN a.stored_seq IS NULL THEN a.delay END) AS verdict FROM allowed a
  ), fresh AS MATERIALIZED (
    -- A repeat within the batch counts as one only of an item that was not refused.
    SELECT s.*, COALESCE(s.stored_digest, CASE WHEN s.stored_seq IS NULL THEN first_value(s.digest) OVER same_id END) AS first_digest,
           s.verdict IS NULL AND s.stored_seq IS NULL AND s.item = first_value(s.item) OVER same_id AS is_fresh
    FROM settled s
    WINDOW same_id AS (PARTITION BY s.room_id, s.account_id, s.id, s.verdict IS NULL ORDER BY s.item)
  ), numbered AS MATERIALIZED (
    SELECT f.*, sum(f.is_fresh::integer) OVER (PARTITION BY f.room_id ORDER BY f.item)::bigint AS place,
           CASE WHEN f.is_fresh AND f.names IS NOT NULL THEN called_members(f.room_id, f.account_id, f.role, f.names) END AS called
    FROM fresh f
  ), put_events AS (
    INSERT INTO events (room_id, seq, kind, account_id, at)
    SELECT n.room_id, n.last_seq + n.place, 'message', n.account_id, v_at FROM numbered n WHERE n.is_fresh
  ), put_messages AS (
    INSERT INTO messages (room_id, seq, account_id, id, content, digest, reply_to, at, ordinal, kind, mentions)
    SELECT n.room_id, n.last_seq + n.place, n.account_id, n.id, n.content, n.digest, n.reply_to, v_at,
           n.message_count + n.place, n.kind, n.called
    FROM numbered n WHERE n.is_fresh
  ), put_mentions AS (
    INSERT INTO mentions (account_id, room_id, seq, author_id)
    SELECT unnest(n.called), n.room_id, n.last_seq + n.place, n.account_id FROM numbered n WHERE n.is_fresh AND n.called IS NOT NULL
  ), moved AS (
    UPDATE rooms SET last_seq = last_seq + t.added, message_count = message_count + t.added
    FROM (SELECT n.room_id, count(*) AS added FROM numbered n WHERE n.is_fresh GROUP BY n.room_id) t
    WHERE rooms.id = t.room_id
  ), counted AS (
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
         CASE WHEN n.reply_to IS NOT NULL AND n.verdict IS NULL THEN quote_of(n.room_id, n.reply_to) END,
         CASE WHEN n.verdict = 'slow' THEN
           COALESCE(ceil(extract(epoch FROM GREATEST(n.free_at - v_at, interval '0')) * 1000), n.slow_ms)::integer END
  FROM numbered n
  WINDOW same_id AS (PARTITION BY n.room_id, n.account_id, n.id, n.verdict IS NULL ORDER BY n.item);
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

CREATE FUNCTION role_rank(p_role text) RETURNS integer LANGUAGE sql IMMUTABLE
RETURN CASE p_role WHEN 'owner' THEN 3 WHEN 'moderator' THEN 2 WHEN 'member' THEN 1 ELSE 0 END;

-- Begins an act: locks the room and says why `p_actor`, who needs at least the role `p_least` ('' for none), may not act
-- in it; refusal is null when they may. A direct room has members only, so nobody there has a moderator's rights. In an
-- open room an administrator of the server has an owner's; is_member tells whether they are in it.
CREATE FUNCTION begin_act(
  p_room bigint, p_actor bigint, p_least text,
  OUT refusal text, OUT kind text, OUT role text, OUT is_member boolean
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_is_archived boolean;
BEGIN
  SELECT r.kind, r.archived_at IS NOT NULL INTO kind, v_is_archived FROM rooms r WHERE r.id = p_room FOR NO KEY UPDATE;
  SELECT m.role INTO role FROM memberships m WHERE m.room_id = p_room AND m.account_id = p_actor;
  is_member := role IS NOT NULL;
  IF kind = 'open' AND EXISTS (SELECT FROM accounts a WHERE a.id = p_actor AND a.is_admin) THEN role := 'owner'; END IF;
  refusal := CASE
    WHEN kind IS NULL OR (kind <> 'open' AND NOT is_member) THEN 'not_found'
    WHEN p_least = 'member' AND NOT is_member THEN 'not_member'
    WHEN p_least <> '' AND role IS NULL THEN 'not_member'
    WHEN role_rank(role) < role_rank(p_least) THEN 'forbidden'
    WHEN v_is_archived THEN 'archived'
  END;
END
$$;

-- Whether somebody of the role `p_role` may act against `p_target`: owners against anyone but themselves, moderators
-- against members and strangers.
CREATE FUNCTION may_act_on(p_room bigint, p_role text, p_actor bigint, p_target bigint) RETURNS boolean
LANGUAGE sql STABLE
RETURN p_actor <> p_target AND (p_role = 'owner' OR role_rank(p_role) > role_rank((
  SELECT m.role FROM memberships m WHERE m.room_id = p_room AND m.account_id = p_target)));

-- Makes a person a member. The caller holds the room's lock and has put the event at `p_seq`.
CREATE FUNCTION put_member(p_room bigint, p_account bigint, p_role text, p_seq bigint, p_at timestamptz) RETURNS void
LANGUAGE sql VOLATILE AS $$
  INSERT INTO memberships (room_id, account_id, role, joined_seq, read_seq, joined_at, read_ordinal)
  SELECT p_room, p_account, p_role, p_seq, p_seq, p_at, message_count FROM rooms WHERE id = p_room;
  UPDATE rooms SET member_count = member_count + 1 WHERE id = p_room;
$$;

-- Ends a membership, if there is one. The caller holds the room's lock.
CREATE FUNCTION drop_member(p_room bigint, p_account bigint) RETURNS void
LANGUAGE sql VOLATILE AS $$
  WITH gone AS (DELETE FROM memberships WHERE room_id = p_room AND account_id = p_account RETURNING 1)
  UPDATE rooms SET member_count = member_count - 1 WHERE id = p_room AND EXISTS (SELECT FROM gone);
$$;

-- The acts below answer with one row: an outcome (done, unchanged, or a refusal) and, when done, the seq and time of the
-- event. (No variable is named "found": PL/pgSQL has one of that name in every function, and would set that one.)

-- Stores a batch of joins and leaves (p_kinds), each person at most once a room, in the order of the arrays. The last owner
-- stays while others are there, and so does everyone in a direct room. Who comes into an empty room is its owner.
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
  WITH asked AS MATERIALIZED (
    SELECT b.ord::integer AS item, b.room_id, b.account_id, b.kind, r.last_seq, r.message_count, r.member_count, r.kind AS room_kind,
           r.archived_at IS NOT NULL AS is_archived, m.role,
           -- An owner who leaves counts on those only who do not leave before.
           row_number() OVER (PARTITION BY b.room_id, b.kind, m.role ORDER BY b.ord) AS place
    FROM unnest(p_rooms, p_accounts, p_kinds) WITH ORDINALITY AS b(room_id, account_id, kind, ord)
    LEFT JOIN LATERAL (
      SELECT kind, last_seq, message_count, member_count, archived_at FROM rooms WHERE rooms.id = b.room_id) r ON true
    LEFT JOIN LATERAL (
      SELECT role FROM memberships WHERE memberships.room_id = b.room_id AND memberships.account_id = b.account_id) m ON true
  ), judged AS MATERIALIZED (
    SELECT a.*,
           CASE
             WHEN a.room_kind IS NULL OR (a.room_kind <> 'open' AND a.role IS NULL) THEN 'not_found'
             WHEN (a.kind = 'join') = (a.role IS NOT NULL) THEN 'unchanged'
             WHEN a.kind = 'join' AND a.is_archived THEN 'archived'
             WHEN a.kind = 'join' AND (
               SELECT b.until IS NULL OR b.until > v_at FROM bans b
               WHERE b.room_id = a.room_id AND b.account_id = a.account_id) THEN 'banned'
             WHEN a.kind = 'leave' AND a.room_kind = 'direct' THEN 'direct'
             WHEN a.kind = 'leave' AND a.role = 'owner' AND a.member_count > 1 AND a.place >= (
               SELECT count(*) FROM memberships o WHERE o.room_id = a.room_id AND o.role = 'owner') THEN 'last_owner'
             ELSE 'done'
           END AS outcome
    FROM asked a
  ), numbered AS MATERIALIZED (
    SELECT j.*, j.outcome = 'done' AS is_done,
           j.last_seq + sum((j.outcome = 'done')::integer) OVER (PARTITION BY j.room_id ORDER BY j.item)::bigint AS new_seq
    FROM judged j
  ), put_events AS (
    INSERT INTO events (room_id, seq, kind, account_id, at)
    SELECT n.room_id, n.new_seq, n.kind, n.account_id, v_at FROM numbered n WHERE n.is_done
  ), come AS (
    INSERT INTO memberships (room_id, account_id, role, joined_seq, read_seq, joined_at, read_ordinal)
    SELECT n.room_id, n.account_id, CASE WHEN n.member_count = 0 AND n.place = 1 THEN 'owner' ELSE 'member' END,
           n.new_seq, n.new_seq, v_at, n.message_count
    FROM numbered n WHERE n.is_done AND n.kind = 'join'
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

CREATE FUNCTION append_kick(
  p_room bigint, p_actor bigint, p_target bigint, OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  SELECT * INTO v FROM begin_act(p_room, p_actor, 'moderator');
  IF v.refusal IS NOT NULL THEN outcome := v.refusal; RETURN; END IF;
  IF NOT may_act_on(p_room, v.role, p_actor, p_target) THEN outcome := 'forbidden'; RETURN; END IF;
  IF NOT EXISTS (SELECT FROM memberships WHERE room_id = p_room AND account_id = p_target) THEN
    outcome := 'unchanged'; RETURN;
  END IF;
  SELECT e.seq, e.at INTO seq, at FROM put_event(p_room, 'kick', p_actor, p_target, NULL) e;
  PERFORM drop_member(p_room, p_target);
  outcome := 'done';
END
$$;

-- Shuts a person out, member or not, until a time or for good (null). The event's detail is JSON: until, reason.
CREATE FUNCTION append_ban(
  p_room bigint, p_actor bigint, p_target bigint, p_until timestamptz, p_reason text,
  OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
  v_detail jsonb;
BEGIN
  SELECT * INTO v FROM begin_act(p_room, p_actor, 'moderator');
  IF v.refusal IS NOT NULL THEN outcome := v.refusal; RETURN; END IF;
  IF NOT may_act_on(p_room, v.role, p_actor, p_target) THEN outcome := 'forbidden'; RETURN; END IF;
  IF EXISTS (
    SELECT FROM bans WHERE room_id = p_room AND account_id = p_target AND until IS NOT DISTINCT FROM p_until AND reason = p_reason
  ) THEN outcome := 'unchanged'; RETURN; END IF;
  v_detail := jsonb_strip_nulls(jsonb_build_object('until', iso_time(p_until), 'reason', NULLIF(p_reason, '')));
  SELECT e.seq, e.at INTO seq, at FROM put_event(p_room, 'ban', p_actor, p_target, v_detail::text) e;
  PERFORM drop_member(p_room, p_target);
  INSERT INTO bans (room_id, account_id, until, reason, by_id, at) VALUES (p_room, p_target, p_until, p_reason, p_actor, append_ban.at)
  ON CONFLICT (room_id, account_id) DO UPDATE
    SET until = EXCLUDED.until, reason = EXCLUDED.reason, by_id = EXCLUDED.by_id, at = EXCLUDED.at;
  outcome := 'done';
END
$$;

CREATE FUNCTION append_unban(
  p_room bigint, p_actor bigint, p_target bigint, OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  SELECT * INTO v FROM begin_act(p_room, p_actor, 'moderator');
  IF v.refusal IS NOT NULL THEN outcome := v.refusal; RETURN; END IF;
  DELETE FROM bans WHERE room_id = p_room AND account_id = p_target;
  IF NOT FOUND THEN outcome := 'unchanged'; RETURN; END IF;
  SELECT e.seq, e.at INTO seq, at FROM put_event(p_room, 'unban', p_actor, p_target, NULL) e;
  outcome := 'done';
END
$$;

-- Takes a member's voice until a time; null gives it back.
CREATE FUNCTION append_mute(
  p_room bigint, p_actor bigint, p_target bigint, p_until timestamptz, OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  SELECT * INTO v FROM begin_act(p_room, p_actor, 'moderator');
  IF v.refusal IS NOT NULL THEN outcome := v.refusal; RETURN; END IF;
  IF NOT may_act_on(p_room, v.role, p_actor, p_target) THEN outcome := 'forbidden'; RETURN; END IF;
  UPDATE memberships SET muted_until = p_until
  WHERE room_id = p_room AND account_id = p_target AND muted_until IS DISTINCT FROM p_until;
  IF NOT FOUND THEN outcome := 'unchanged'; RETURN; END IF;
  SELECT e.seq, e.at INTO seq, at FROM put_event(p_room, 'mute', p_actor, p_target, iso_time(p_until)) e;
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
  SELECT * INTO v FROM begin_act(p_room, p_actor, 'moderator');
  IF v.refusal IS NOT NULL THEN outcome := v.refusal; RETURN; END IF;
  SELECT role INTO v_target_role FROM memberships WHERE room_id = p_room AND account_id = p_target;
  IF p_actor = p_target
     OR (v.role = 'moderator' AND (p_role <> 'member' OR COALESCE(v_target_role, 'member') <> 'member')) THEN
    outcome := 'forbidden'; RETURN;
  END IF;
  IF v_target_role = p_role THEN outcome := 'unchanged'; RETURN; END IF;
  IF EXISTS (SELECT FROM bans WHERE room_id = p_room AND account_id = p_target AND (until IS NULL OR until > now())) THEN
    outcome := 'target_banned'; RETURN;
  END IF;
  SELECT e.seq, e.at INTO seq, at FROM put_event(p_room, 'role', p_actor, p_target, p_role) e;
  IF v_target_role IS NULL THEN
    PERFORM put_member(p_room, p_target, p_role, seq, at);
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
  SELECT * INTO v FROM begin_act(p_room, p_actor, 'moderator');
  IF v.refusal IS NOT NULL THEN outcome := v.refusal; RETURN; END IF;
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
  SELECT * INTO v FROM begin_act(p_room, p_actor, 'moderator');
  IF v.refusal IS NOT NULL THEN outcome := v.refusal; RETURN; END IF;
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

CREATE FUNCTION append_slow(
  p_room bigint, p_actor bigint, p_seconds integer, OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  SELECT * INTO v FROM begin_act(p_room, p_actor, 'moderator');
  IF v.refusal IS NOT NULL THEN outcome := v.refusal; RETURN; END IF;
  UPDATE rooms SET slow_ms = p_seconds * 1000 WHERE id = p_room AND slow_ms <> p_seconds * 1000;
  IF NOT FOUND THEN outcome := 'unchanged'; RETURN; END IF;
  SELECT e.seq, e.at INTO seq, at FROM put_event(p_room, 'slow', p_actor, NULL, p_seconds::text) e;
  outcome := 'done';
END
$$;

-- An archived room can be read by its members, and nothing happens in it any more but that it is restored.
CREATE FUNCTION append_archive(p_room bigint, p_actor bigint, OUT outcome text, OUT seq bigint, OUT at timestamptz)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  SELECT * INTO v FROM begin_act(p_room, p_actor, 'owner');
  IF v.refusal = 'archived' THEN outcome := 'unchanged'; RETURN; END IF;
  IF v.refusal IS NOT NULL THEN outcome := v.refusal; RETURN; END IF;
  SELECT e.seq, e.at INTO seq, at FROM put_event(p_room, 'archive', p_actor, NULL, NULL) e;
  UPDATE rooms SET archived_at = append_archive.at WHERE id = p_room;
  outcome := 'done';
END
$$;

CREATE FUNCTION append_restore(p_room bigint, p_actor bigint, OUT outcome text, OUT seq bigint, OUT at timestamptz)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  SELECT * INTO v FROM begin_act(p_room, p_actor, 'owner');
  IF v.refusal IS NULL THEN outcome := 'unchanged'; RETURN; END IF;
  IF v.refusal <> 'archived' THEN outcome := v.refusal; RETURN; END IF;
  SELECT e.seq, e.at INTO seq, at FROM put_event(p_room, 'restore', p_actor, NULL, NULL) e;
  UPDATE rooms SET archived_at = NULL WHERE id = p_room;
  outcome := 'done';
END
$$;

-- Begins an act on a message: as begin_act, for a member who has a voice; refuses with no_message, also for a deleted one.
CREATE FUNCTION begin_act_on_message(
  p_room bigint, p_actor bigint, p_target bigint, OUT refusal text, OUT kind text, OUT role text, OUT message messages
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  SELECT * INTO v FROM begin_act(p_room, p_actor, 'member');
  refusal := v.refusal; kind := v.kind; role := v.role;
  IF refusal IS NOT NULL THEN RETURN; END IF;
  SELECT m.* INTO message FROM messages m WHERE m.room_id = p_room AND m.seq = p_target;
  IF message.seq IS NULL THEN refusal := 'no_message'; RETURN; END IF;
  IF EXISTS (SELECT FROM memberships WHERE room_id = p_room AND account_id = p_actor AND muted_until > now()) THEN
    refusal := 'muted';
  END IF;
END
$$;

-- Gives the author's message another text. What it was is gone; whom it calls is found anew.
CREATE FUNCTION append_edit(
  p_room bigint, p_actor bigint, p_target bigint, p_content text, p_names text,
  OUT outcome text, OUT seq bigint, OUT at timestamptz, OUT mentions bigint[]
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  SELECT * INTO v FROM begin_act_on_message(p_room, p_actor, p_target);
  IF v.refusal IS NOT NULL THEN outcome := v.refusal; RETURN; END IF;
  IF (v.message).deleted_at IS NOT NULL THEN outcome := 'no_message'; RETURN; END IF;
  IF (v.message).account_id <> p_actor THEN outcome := 'forbidden'; RETURN; END IF;
  IF (v.message).content = p_content THEN outcome := 'unchanged'; RETURN; END IF;
  IF p_names IS NOT NULL THEN mentions := called_members(p_room, p_actor, v.role, p_names); END IF;
  SELECT e.seq, e.at INTO seq, at FROM put_event(p_room, 'edit', p_actor, p_target, NULL) e;
  UPDATE messages m SET content = p_content, edited_at = append_edit.at, mentions = append_edit.mentions
  WHERE m.room_id = p_room AND m.seq = p_target;
  PERFORM replace_mentions(p_room, p_target, p_actor, (v.message).mentions, mentions);
  PERFORM search_follow(p_room, p_target);
  outcome := 'done';
END
$$;

CREATE FUNCTION replace_mentions(p_room bigint, p_seq bigint, p_author bigint, p_old bigint[], p_new bigint[]) RETURNS void
LANGUAGE sql VOLATILE AS $$
  DELETE FROM mentions WHERE account_id = ANY (p_old) AND room_id = p_room AND seq = p_seq;
  INSERT INTO mentions (account_id, room_id, seq, author_id) SELECT unnest(p_new), p_room, p_seq, p_author;
$$;

-- Takes a message's text away, for good and everywhere; author and moderators may. Its place and its id stay.
CREATE FUNCTION append_delete(
  p_room bigint, p_actor bigint, p_target bigint, OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  SELECT * INTO v FROM begin_act_on_message(p_room, p_actor, p_target);
  IF v.refusal IS NOT NULL AND NOT (v.refusal = 'muted' AND (v.message).account_id = p_actor) THEN
    outcome := v.refusal; RETURN;
  END IF;
  IF (v.message).account_id <> p_actor AND role_rank(v.role) < role_rank('moderator') THEN outcome := 'forbidden'; RETURN; END IF;
  IF (v.message).deleted_at IS NOT NULL THEN outcome := 'unchanged'; RETURN; END IF;
  SELECT e.seq, e.at INTO seq, at FROM put_event(p_room, 'delete', p_actor, p_target, NULL) e;
  UPDATE messages m SET content = '', digest = '', mentions = NULL, deleted_at = append_delete.at
  WHERE m.room_id = p_room AND m.seq = p_target;
  PERFORM replace_mentions(p_room, p_target, p_actor, (v.message).mentions, NULL);
  PERFORM search_follow(p_room, p_target);
  DELETE FROM reactions r WHERE r.room_id = p_room AND r.seq = p_target;
  outcome := 'done';
END
$$;

-- Puts a reaction on a message or takes it off: one of a kind and person, and p_max_kinds kinds a message.
-- The event's detail is the emoji behind + or -.
CREATE FUNCTION append_react(
  p_room bigint, p_actor bigint, p_target bigint, p_emoji text, p_on boolean, p_max_kinds integer,
  OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
  v_is_on boolean;
BEGIN
  SELECT * INTO v FROM begin_act_on_message(p_room, p_actor, p_target);
  IF v.refusal IS NOT NULL THEN outcome := v.refusal; RETURN; END IF;
  IF (v.message).deleted_at IS NOT NULL THEN outcome := 'no_message'; RETURN; END IF;
  v_is_on := EXISTS (
    SELECT FROM reactions r WHERE r.room_id = p_room AND r.seq = p_target AND r.emoji = p_emoji AND r.account_id = p_actor);
  IF v_is_on = p_on THEN outcome := 'unchanged'; RETURN; END IF;
  IF p_on AND NOT EXISTS (SELECT FROM reactions r WHERE r.room_id = p_room AND r.seq = p_target AND r.emoji = p_emoji)
     AND (SELECT count(DISTINCT r.emoji) FROM reactions r WHERE r.room_id = p_room AND r.seq = p_target) >= p_max_kinds THEN
    outcome := 'too_many_kinds'; RETURN;
  END IF;
  SELECT e.seq, e.at INTO seq, at
  FROM put_event(p_room, 'react', p_actor, p_target, CASE WHEN p_on THEN '+' ELSE '-' END || p_emoji) e;
  IF p_on THEN
    INSERT INTO reactions (room_id, seq, emoji, account_id, at) VALUES (p_room, p_target, p_emoji, p_actor, append_react.at);
  ELSE
    DELETE FROM reactions r WHERE r.room_id = p_room AND r.seq = p_target AND r.emoji = p_emoji AND r.account_id = p_actor;
  END IF;
  outcome := 'done';
END
$$;

-- A time as the wire has it: ISO 8601 in UTC with milliseconds.
CREATE FUNCTION iso_time(p_at timestamptz) RETURNS text LANGUAGE sql STABLE
RETURN to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- A new room with its owner as the first event; conflict when the name is taken.
CREATE FUNCTION create_room(
  p_name text, p_kind text, p_topic text, p_owner bigint, OUT outcome text, OUT room_id bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  INSERT INTO rooms (name, kind, topic, created_at)
  VALUES (p_name, p_kind, p_topic, date_trunc('milliseconds', clock_timestamp()))
  ON CONFLICT DO NOTHING RETURNING id, created_at INTO room_id, at;
  IF room_id IS NULL THEN outcome := 'conflict'; RETURN; END IF;
  SELECT * INTO v FROM put_event(room_id, 'join', p_owner, NULL, NULL);
  PERFORM put_member(room_id, p_owner, 'owner', v.seq, v.at);
  outcome := 'done';
END
$$;

-- Who is in a direct room, by name, as the wire has it.
CREATE FUNCTION people_of(p_room bigint) RETURNS json LANGUAGE sql STABLE
RETURN (
  SELECT json_agg(json_build_object('userId', a.id, 'username', a.username) ORDER BY lower(a.username COLLATE "C"))
  FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE m.room_id = p_room);

-- The one direct room of these people, who join in the order of their ids; unchanged when it is there already.
CREATE FUNCTION create_direct_room(p_people bigint[], OUT outcome text, OUT room_id bigint, OUT at timestamptz)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_people bigint[] := ARRAY(SELECT DISTINCT unnest(p_people) ORDER BY 1);
  v_key text := array_to_string(v_people, ' ');
  v_person bigint;
  v record;
BEGIN
  INSERT INTO rooms (name, kind, created_at, direct_key)
  VALUES ('', 'direct', date_trunc('milliseconds', clock_timestamp()), v_key)
  ON CONFLICT DO NOTHING RETURNING id, created_at INTO room_id, at;
  IF room_id IS NULL THEN
    SELECT id, created_at INTO room_id, at FROM rooms WHERE direct_key = v_key;
    outcome := 'unchanged'; RETURN;
  END IF;
  FOREACH v_person IN ARRAY v_people LOOP
    SELECT * INTO v FROM put_event(room_id, 'join', v_person, NULL, NULL);
    PERFORM put_member(room_id, v_person, 'member', v.seq, v.at);
  END LOOP;
  outcome := 'done';
END
$$;

-- Moves a person's read mark forwards, to the room's head at most; no row for no member. The membership's lock holds up
-- that person's own next messages, so that their count is taken whole.
CREATE FUNCTION move_read_mark(p_room bigint, p_account bigint, p_seq bigint, OUT read_seq bigint, OUT moved boolean)
RETURNS SETOF record
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
  v_mark record;
  v_to bigint;
BEGIN
  SELECT m.read_seq, m.last_sent_seq, m.own_unread INTO v_mark
  FROM memberships m WHERE m.room_id = p_room AND m.account_id = p_account FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  SELECT LEAST(p_seq, r.last_seq) INTO v_to FROM rooms r WHERE r.id = p_room;
  IF v_to <= v_mark.read_seq THEN RETURN QUERY SELECT v_mark.read_seq, false; RETURN; END IF;
  UPDATE memberships m SET
    read_seq = v_to,
    read_ordinal = COALESCE((
      SELECT x.ordinal FROM messages x WHERE x.room_id = p_room AND x.seq <= v_to ORDER BY x.seq DESC LIMIT 1), 0),
    -- Almost always nothing of one's own stands above what one has read; else it is counted there.
    own_unread = CASE WHEN v_to >= v_mark.last_sent_seq THEN 0 ELSE (
      SELECT count(*) FROM messages x
      WHERE x.room_id = p_room AND x.seq > v_to AND x.seq <= v_mark.last_sent_seq AND x.account_id = p_account) END
  WHERE m.room_id = p_room AND m.account_id = p_account;
  RETURN QUERY SELECT v_to, true;
END
$$;
