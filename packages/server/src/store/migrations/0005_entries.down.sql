DROP FUNCTION append_entries(bigint[], bigint[], text[]);

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
