-- Every act on a room and its people.
-- The acts answer with one row: an outcome (done, unchanged, or a refusal) and, when done, the seq and time of the event.
-- (No variable is named "found": PL/pgSQL has one of that name in every function, and would set that one.)

DROP FUNCTION append_kick(bigint, bigint, bigint);
DROP FUNCTION append_role(bigint, bigint, bigint, text);
DROP FUNCTION append_topic(bigint, bigint, text);
DROP FUNCTION append_rename(bigint, bigint, text);
DROP FUNCTION create_room(text, text, text, bigint);
DROP FUNCTION lock_room(bigint, bigint);

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

CREATE FUNCTION is_last_owner(p_room bigint, p_account bigint) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM memberships WHERE room_id = p_room AND account_id = p_account AND role = 'owner')
  AND NOT EXISTS (SELECT FROM memberships WHERE room_id = p_room AND account_id <> p_account AND role = 'owner');

-- Makes a person a member, bound by what bound them when they left. The caller holds the room's lock and has put the
-- event at `p_seq`.
CREATE FUNCTION put_member(p_room bigint, p_account bigint, p_role text, p_seq bigint, p_at timestamptz) RETURNS void
LANGUAGE sql VOLATILE AS $$
  WITH bound AS (DELETE FROM restraints WHERE room_id = p_room AND account_id = p_account RETURNING muted_until, last_sent_at)
  INSERT INTO memberships (room_id, account_id, role, joined_seq, read_seq, joined_at, read_ordinal, muted_until, last_sent_at)
  SELECT p_room, p_account, p_role, p_seq, p_seq, p_at, r.message_count, b.muted_until, b.last_sent_at
  FROM rooms r LEFT JOIN bound b ON true WHERE r.id = p_room;
  UPDATE rooms SET member_count = member_count + 1 WHERE id = p_room;
$$;

-- Ends a membership, if there is one, and keeps what still binds its person. The caller holds the room's lock.
CREATE FUNCTION drop_member(p_room bigint, p_account bigint) RETURNS void
LANGUAGE sql VOLATILE AS $$
  WITH gone AS (
    DELETE FROM memberships WHERE room_id = p_room AND account_id = p_account RETURNING muted_until, last_sent_at
  ), kept AS (
    INSERT INTO restraints (room_id, account_id, muted_until, last_sent_at)
    SELECT p_room, p_account, g.muted_until, g.last_sent_at FROM gone g JOIN rooms r ON r.id = p_room
    WHERE is_bound(g.muted_until, g.last_sent_at, r.slow_ms, now())
  )
  UPDATE rooms SET member_count = member_count - 1 WHERE id = p_room AND EXISTS (SELECT FROM gone);
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
  IF is_last_owner(p_room, p_target) THEN outcome := 'target_last_owner'; RETURN; END IF;
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
  IF is_last_owner(p_room, p_target) THEN outcome := 'target_last_owner'; RETURN; END IF;
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

-- Takes a member's voice until a time; null gives it back, also to one who left without it.
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
  IF NOT FOUND THEN
    UPDATE restraints SET muted_until = p_until
    WHERE room_id = p_room AND account_id = p_target AND muted_until IS DISTINCT FROM p_until;
    IF NOT FOUND THEN outcome := 'unchanged'; RETURN; END IF;
  END IF;
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
  IF is_last_owner(p_room, p_target) THEN outcome := 'target_last_owner'; RETURN; END IF;
  IF EXISTS (SELECT FROM bans WHERE room_id = p_room AND account_id = p_target AND (until IS NULL OR until > now())) THEN
    outcome := 'target_banned'; RETURN;
  END IF;
  IF p_role <> 'owner' AND NOT EXISTS (SELECT FROM memberships WHERE room_id = p_room) THEN
    outcome := 'no_owner'; RETURN;
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
