-- Acts of moderators on people, and reports of messages. Each begins with begin_act, which says what they return.

-- Begins a moderator's act on a person: locks the room. Returns the refusal, null if they may act: as begin_act, forbidden if
-- may_act_on does not allow it, and target_last_owner if the act removes (p_removes) the last owner.
CREATE OR REPLACE FUNCTION begin_act_on_person(p_room bigint, p_actor bigint, p_target bigint, p_removes boolean) RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  SELECT * INTO v FROM begin_act(p_room, p_actor, 'moderator');
  RETURN CASE
    WHEN v.refusal IS NOT NULL THEN v.refusal
    WHEN NOT may_act_on(p_room, v.kind, v.role, p_actor, p_target) THEN 'forbidden'
    WHEN p_removes AND is_last_owner(p_room, p_target) THEN 'target_last_owner'
  END;
END
$$;

-- Removes a member from a room. Moderators may, as far as may_act_on allows. The event's detail is the reason, if there is one.
-- Refuses as begin_act, and with target_last_owner.
CREATE OR REPLACE FUNCTION append_kick(
  p_room bigint, p_actor bigint, p_target bigint, p_reason text, OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  outcome := begin_act_on_person(p_room, p_actor, p_target, true);
  IF outcome IS NOT NULL THEN RETURN; END IF;
  IF NOT EXISTS (SELECT FROM memberships WHERE room_id = p_room AND account_id = p_target) THEN
    outcome := 'unchanged'; RETURN;
  END IF;
  SELECT e.seq, e.at INTO seq, at FROM record_event(p_room, 'kick', p_actor, p_target, NULLIF(p_reason, '')) e;
  PERFORM remove_member(p_room, p_target);
  outcome := 'done';
END
$$;

-- Bans a person, member or not, until a time or until the ban is lifted (null). It removes a member, and replaces an earlier ban.
-- Moderators may, as far as may_act_on allows. The event's detail is JSON: until, reason.
-- Refuses as begin_act, and with target_last_owner.
CREATE OR REPLACE FUNCTION append_ban(
  p_room bigint, p_actor bigint, p_target bigint, p_until timestamptz, p_reason text,
  OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_detail jsonb;
BEGIN
  outcome := begin_act_on_person(p_room, p_actor, p_target, true);
  IF outcome IS NOT NULL THEN RETURN; END IF;
  IF EXISTS (
    SELECT FROM bans WHERE room_id = p_room AND account_id = p_target AND until IS NOT DISTINCT FROM p_until AND reason = p_reason
  ) THEN outcome := 'unchanged'; RETURN; END IF;
  v_detail := jsonb_strip_nulls(jsonb_build_object('until', iso_time(p_until), 'reason', NULLIF(p_reason, '')));
  SELECT e.seq, e.at INTO seq, at FROM record_event(p_room, 'ban', p_actor, p_target, v_detail::text) e;
  PERFORM remove_member(p_room, p_target);
  DELETE FROM requests WHERE room_id = p_room AND account_id = p_target AND state = 'open';
  INSERT INTO bans (room_id, account_id, until, reason, by_id, at) VALUES (p_room, p_target, p_until, p_reason, p_actor, append_ban.at)
  ON CONFLICT (room_id, account_id) DO UPDATE
    SET until = EXCLUDED.until, reason = EXCLUDED.reason, by_id = EXCLUDED.by_id, at = EXCLUDED.at;
  outcome := 'done';
END
$$;

-- Lifts a ban. Moderators may. Refuses as begin_act; unchanged if there is no ban.
CREATE OR REPLACE FUNCTION append_unban(
  p_room bigint, p_actor bigint, p_target bigint, OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  SELECT v.refusal INTO outcome FROM begin_act(p_room, p_actor, 'moderator') v;
  IF outcome IS NOT NULL THEN RETURN; END IF;
  DELETE FROM bans WHERE room_id = p_room AND account_id = p_target;
  IF NOT FOUND THEN outcome := 'unchanged'; RETURN; END IF;
  SELECT e.seq, e.at INTO seq, at FROM record_event(p_room, 'unban', p_actor, p_target, NULL) e;
  outcome := 'done';
END
$$;

-- Mutes a person, member or not, until a time. Null unmutes them. Moderators may, as far as may_act_on allows.
-- The event's detail is the time, or null. Refuses as begin_act.
CREATE OR REPLACE FUNCTION append_mute(
  p_room bigint, p_actor bigint, p_target bigint, p_until timestamptz, OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  outcome := begin_act_on_person(p_room, p_actor, p_target, false);
  IF outcome IS NOT NULL THEN RETURN; END IF;
  UPDATE memberships SET muted_until = p_until
  WHERE room_id = p_room AND account_id = p_target AND muted_until IS DISTINCT FROM p_until;
  IF NOT FOUND THEN
    IF EXISTS (SELECT FROM memberships WHERE room_id = p_room AND account_id = p_target) THEN
      outcome := 'unchanged'; RETURN;
    END IF;
    INSERT INTO restraints AS r (room_id, account_id, muted_until)
    SELECT p_room, p_target, p_until
    WHERE p_until IS NOT NULL OR EXISTS (SELECT FROM restraints WHERE room_id = p_room AND account_id = p_target)
    ON CONFLICT (room_id, account_id) DO UPDATE SET muted_until = p_until WHERE r.muted_until IS DISTINCT FROM p_until;
    IF NOT FOUND THEN outcome := 'unchanged'; RETURN; END IF;
  END IF;
  SELECT e.seq, e.at INTO seq, at FROM record_event(p_room, 'mute', p_actor, p_target, iso_time(p_until)) e;
  outcome := 'done';
END
$$;

-- Gives a person a role, and adds them to the room if they are not in it. Moderators may add members, owners may give anyone any
-- role, and anyone may lower their own. The event's detail is the role.
-- Refuses as begin_act, and with target_last_owner (the last owner keeps the role), target_banned, needs_consent, no_owner (the first person of
-- an empty room must be its owner).
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
  IF v_target_role = p_role THEN outcome := 'unchanged'; RETURN; END IF;
  IF (CASE
    WHEN p_actor = p_target THEN role_rank(p_role) > role_rank(v_target_role)
    ELSE v.role = 'moderator' AND (p_role <> 'member' OR v_target_role IS NOT NULL)
  END) THEN
    outcome := 'forbidden'; RETURN;
  END IF;
  IF is_last_owner(p_room, p_target) THEN outcome := 'target_last_owner'; RETURN; END IF;
  IF is_banned(p_room, p_target) THEN outcome := 'target_banned'; RETURN; END IF;
  IF may_only_be_asked(p_room, p_actor, p_target) THEN outcome := 'needs_consent'; RETURN; END IF;
  IF p_role <> 'owner' AND NOT EXISTS (SELECT FROM memberships WHERE room_id = p_room) THEN
    outcome := 'no_owner'; RETURN;
  END IF;
  SELECT e.seq, e.at INTO seq, at FROM record_event(p_room, 'role', p_actor, p_target, p_role) e;
  IF v_target_role IS NULL THEN
    PERFORM add_member(p_room, p_target, p_role, seq, at, p_actor = p_target);
  ELSE
    UPDATE memberships SET role = p_role WHERE room_id = p_room AND account_id = p_target;
  END IF;
  outcome := 'done';
END
$$;

-- Reports a message to the room's moderators. Members may. Unchanged if they have reported it before.
-- p_open_max: how many open reports one member may have in a room. Returns the id of the report.
-- Refuses as begin_act, and with no_moderators (a direct room has none), no_message, too_many_reports.
CREATE OR REPLACE FUNCTION file_report(
  p_room bigint, p_actor bigint, p_seq bigint, p_reason text, p_open_max integer, OUT outcome text, OUT id bigint
) LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
  v record;
  v_author bigint;
BEGIN
  SELECT * INTO v FROM begin_act(p_room, p_actor, 'member');
  IF v.refusal IS NOT NULL THEN outcome := v.refusal; RETURN; END IF;
  IF v.kind = 'direct' THEN outcome := 'no_moderators'; RETURN; END IF;
  SELECT r.id INTO file_report.id FROM reports r WHERE r.room_id = p_room AND r.account_id = p_actor AND r.seq = p_seq;
  IF FOUND THEN outcome := 'unchanged'; RETURN; END IF;
  SELECT m.account_id INTO v_author FROM messages m WHERE m.room_id = p_room AND m.seq = p_seq AND m.deleted_at IS NULL;
  IF v_author IS NULL THEN outcome := 'no_message'; RETURN; END IF;
  IF (SELECT count(*) FROM reports r WHERE r.room_id = p_room AND r.account_id = p_actor AND r.closed_at IS NULL) >= p_open_max THEN
    outcome := 'too_many_reports'; RETURN;
  END IF;
  INSERT INTO reports AS r (room_id, seq, account_id, reason) VALUES (p_room, p_seq, p_actor, p_reason)
  RETURNING r.id INTO file_report.id;
  PERFORM audit(p_actor, 'report.create', jsonb_build_object(
    'roomId', p_room, 'reportId', file_report.id, 'target', p_seq, 'userId', v_author));
  outcome := 'done';
END
$$;

-- Closes a report or opens it again, in an archived room too. Moderators may.
-- Refuses as begin_act, but for archived, and with no_report.
CREATE OR REPLACE FUNCTION settle_report(p_room bigint, p_actor bigint, p_report bigint, p_is_closed boolean, OUT outcome text)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  SELECT * INTO v FROM begin_act(p_room, p_actor, 'moderator');
  IF v.refusal <> 'archived' THEN outcome := v.refusal; RETURN; END IF;
  UPDATE reports SET closed_at = CASE WHEN p_is_closed THEN date_trunc('milliseconds', clock_timestamp()) END,
                     closed_by = CASE WHEN p_is_closed THEN p_actor END
  WHERE id = p_report AND room_id = p_room AND (closed_at IS NOT NULL) <> p_is_closed;
  IF NOT FOUND THEN
    outcome := CASE WHEN EXISTS (SELECT FROM reports WHERE id = p_report AND room_id = p_room)
      THEN 'unchanged' ELSE 'no_report' END;
    RETURN;
  END IF;
  PERFORM audit(p_actor, CASE WHEN p_is_closed THEN 'report.close' ELSE 'report.reopen' END, jsonb_build_object(
    'roomId', p_room, 'reportId', p_report));
  outcome := 'done';
END
$$;
