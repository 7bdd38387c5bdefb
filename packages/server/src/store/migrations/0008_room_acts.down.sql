-- Brings back what stood before, as 0003 made it.
DROP FUNCTION create_direct_room(bigint[]);
DROP FUNCTION people_of(bigint);
DROP FUNCTION create_room(text, text, text, bigint);
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
DROP FUNCTION drop_member(bigint, bigint);
DROP FUNCTION put_member(bigint, bigint, text, bigint, timestamptz);
DROP FUNCTION is_last_owner(bigint, bigint);
DROP FUNCTION may_act_on(bigint, text, bigint, bigint);
DROP FUNCTION begin_act(bigint, bigint, text);
DROP FUNCTION role_rank(text);

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
