DROP FUNCTION settle_report(bigint, bigint, bigint, boolean);
DROP FUNCTION file_report(bigint, bigint, bigint, text, integer);
DROP TABLE reports;

-- Brings back what 0008 and 0009 made.
CREATE OR REPLACE FUNCTION append_delete(
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
DROP FUNCTION erase_message(messages, bigint);

CREATE OR REPLACE FUNCTION begin_act_on_message(
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

DROP FUNCTION is_banned(bigint, bigint);
DROP FUNCTION append_kick(bigint, bigint, bigint, text);
DROP FUNCTION may_act_on(bigint, text, text, bigint, bigint);

CREATE FUNCTION may_act_on(p_room bigint, p_role text, p_actor bigint, p_target bigint) RETURNS boolean
LANGUAGE sql STABLE
RETURN p_actor <> p_target AND (p_role = 'owner' OR role_rank(p_role) > role_rank((
  SELECT m.role FROM memberships m WHERE m.room_id = p_room AND m.account_id = p_target)));

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

CREATE OR REPLACE FUNCTION append_ban(
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

CREATE OR REPLACE FUNCTION append_mute(
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

CREATE OR REPLACE FUNCTION append_role(
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

CREATE OR REPLACE FUNCTION begin_act(
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
