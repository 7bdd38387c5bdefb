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
