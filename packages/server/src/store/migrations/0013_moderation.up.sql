-- Moderation: kicks with a reason, mutes of people who are out, administrators whom no moderator acts on in open rooms,
-- stepping down, and reports.

-- As 0008 made it, but: an archived room is none to people outside, other than to administrators.
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
  IF kind = 'open' AND is_admin(p_actor) THEN role := 'owner'; END IF;
  refusal := CASE
    WHEN kind IS NULL OR (role IS NULL AND (kind <> 'open' OR v_is_archived)) THEN 'not_found'
    WHEN p_least = 'member' AND NOT is_member THEN 'not_member'
    WHEN p_least <> '' AND role IS NULL THEN 'not_member'
    WHEN role_rank(role) < role_rank(p_least) THEN 'forbidden'
    WHEN v_is_archived THEN 'archived'
  END;
END
$$;

DROP FUNCTION append_kick(bigint, bigint, bigint);
DROP FUNCTION may_act_on(bigint, text, bigint, bigint);

-- Whether somebody of the role `p_role` may act against `p_target`: owners against anyone but themselves, moderators
-- against members and strangers. In an open room an administrator of the server counts as an owner, also outside of it.
CREATE FUNCTION may_act_on(p_room bigint, p_kind text, p_role text, p_actor bigint, p_target bigint) RETURNS boolean
LANGUAGE sql STABLE
RETURN p_actor <> p_target AND (p_role = 'owner' OR role_rank(p_role) > GREATEST(
  role_rank((SELECT m.role FROM memberships m WHERE m.room_id = p_room AND m.account_id = p_target)),
  CASE WHEN p_kind = 'open' AND is_admin(p_target) THEN role_rank('owner') ELSE 0 END));

-- The event's detail is the reason.
CREATE FUNCTION append_kick(
  p_room bigint, p_actor bigint, p_target bigint, p_reason text, OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  SELECT * INTO v FROM begin_act(p_room, p_actor, 'moderator');
  IF v.refusal IS NOT NULL THEN outcome := v.refusal; RETURN; END IF;
  IF NOT may_act_on(p_room, v.kind, v.role, p_actor, p_target) THEN outcome := 'forbidden'; RETURN; END IF;
  IF is_last_owner(p_room, p_target) THEN outcome := 'target_last_owner'; RETURN; END IF;
  IF NOT EXISTS (SELECT FROM memberships WHERE room_id = p_room AND account_id = p_target) THEN
    outcome := 'unchanged'; RETURN;
  END IF;
  SELECT e.seq, e.at INTO seq, at FROM put_event(p_room, 'kick', p_actor, p_target, NULLIF(p_reason, '')) e;
  PERFORM drop_member(p_room, p_target);
  outcome := 'done';
END
$$;

-- As 0008 made it, by the new may_act_on.
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
  IF NOT may_act_on(p_room, v.kind, v.role, p_actor, p_target) THEN outcome := 'forbidden'; RETURN; END IF;
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

-- Takes a person's voice until a time, also before they come; null gives it back.
CREATE OR REPLACE FUNCTION append_mute(
  p_room bigint, p_actor bigint, p_target bigint, p_until timestamptz, OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  SELECT * INTO v FROM begin_act(p_room, p_actor, 'moderator');
  IF v.refusal IS NOT NULL THEN outcome := v.refusal; RETURN; END IF;
  IF NOT may_act_on(p_room, v.kind, v.role, p_actor, p_target) THEN outcome := 'forbidden'; RETURN; END IF;
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
  SELECT e.seq, e.at INTO seq, at FROM put_event(p_room, 'mute', p_actor, p_target, iso_time(p_until)) e;
  outcome := 'done';
END
$$;

CREATE FUNCTION is_banned(p_room bigint, p_account bigint) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM bans WHERE room_id = p_room AND account_id = p_account AND (until IS NULL OR until > now()));

-- Moderators add people as members; owners give any role to anyone. Everybody may step down.
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

-- As 0009 made it, but: the refusal of one who is muted has the milliseconds until it ends behind a blank.
CREATE OR REPLACE FUNCTION begin_act_on_message(
  p_room bigint, p_actor bigint, p_target bigint, OUT refusal text, OUT kind text, OUT role text, OUT message messages
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
  v_muted_until timestamptz;
BEGIN
  SELECT * INTO v FROM begin_act(p_room, p_actor, 'member');
  refusal := v.refusal; kind := v.kind; role := v.role;
  IF refusal IS NOT NULL THEN RETURN; END IF;
  SELECT m.* INTO message FROM messages m WHERE m.room_id = p_room AND m.seq = p_target;
  IF message.seq IS NULL THEN refusal := 'no_message'; RETURN; END IF;
  SELECT m.muted_until INTO v_muted_until FROM memberships m WHERE m.room_id = p_room AND m.account_id = p_actor;
  IF v_muted_until > now() THEN refusal := 'muted ' || wait_until(v_muted_until, now()); END IF;
END
$$;

-- As 0009 made it, but by the act that the removal of an account uses too.
CREATE OR REPLACE FUNCTION append_delete(
  p_room bigint, p_actor bigint, p_target bigint, OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  SELECT * INTO v FROM begin_act_on_message(p_room, p_actor, p_target);
  IF v.refusal IS NOT NULL AND NOT (v.refusal LIKE 'muted %' AND (v.message).account_id = p_actor) THEN
    outcome := v.refusal; RETURN;
  END IF;
  IF (v.message).account_id <> p_actor AND role_rank(v.role) < role_rank('moderator') THEN outcome := 'forbidden'; RETURN; END IF;
  IF (v.message).deleted_at IS NOT NULL THEN outcome := 'unchanged'; RETURN; END IF;
  SELECT e.seq, e.at INTO seq, at FROM erase_message(v.message, p_actor) e;
  outcome := 'done';
END
$$;

-- Takes a message's text away, for good and everywhere. Its place and its id stay. The caller holds the room's lock.
CREATE FUNCTION erase_message(p_message messages, p_actor bigint, OUT seq bigint, OUT at timestamptz)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  SELECT e.seq, e.at INTO seq, at FROM put_event(p_message.room_id, 'delete', p_actor, p_message.seq, NULL) e;
  UPDATE messages m SET content = '', digest = '', mentions = NULL, deleted_at = erase_message.at
  WHERE m.room_id = p_message.room_id AND m.seq = p_message.seq;
  PERFORM replace_mentions(p_message.room_id, p_message.seq, p_actor, p_message.mentions, NULL);
  PERFORM search_follow(p_message.room_id, p_message.seq);
  DELETE FROM reactions r WHERE r.room_id = p_message.room_id AND r.seq = p_message.seq;
END
$$;

-- Messages that members report to a room's moderators. A report keeps no text of the message: that is read from where it
-- stands, and is gone when the message is deleted.

CREATE TABLE reports (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  room_id bigint NOT NULL,
  seq bigint NOT NULL,
  -- Who reports it, once a message.
  account_id bigint NOT NULL,
  reason text NOT NULL,
  at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
  closed_at timestamptz,
  closed_by bigint,
  UNIQUE (room_id, account_id, seq)
);
CREATE INDEX reports_room ON reports (room_id, id);
CREATE INDEX reports_account ON reports (account_id);

-- Reports a message; unchanged for one that this person has reported before.
CREATE FUNCTION file_report(
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

-- Closes a report, or opens it again; in an archived room too.
CREATE FUNCTION settle_report(p_room bigint, p_actor bigint, p_report bigint, p_is_closed boolean, OUT outcome text)
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
