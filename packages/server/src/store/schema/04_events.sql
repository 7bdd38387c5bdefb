-- Events: the kinds, and how acts record them.

-- Returns every kind of event and what SQL decides by it. EVENT_KINDS in packages/protocol holds the same for TypeScript, and
-- a test compares the two.
-- target: what events.target holds: a message (its seq), an account (its id), or nothing (null).
-- audited: never; always; first: only as a room's first event, which creates it, direct rooms excepted; others: only if another
-- person than the actor wrote the message.
CREATE OR REPLACE FUNCTION event_kinds() RETURNS TABLE (kind text, target text, audited text) LANGUAGE sql IMMUTABLE AS $$
  VALUES
    ('message', NULL, 'never'),
    ('edit', 'message', 'never'),
    ('delete', 'message', 'others'),
    ('react', 'message', 'never'),
    ('join', NULL, 'first'),
    ('leave', NULL, 'never'),
    ('role', 'account', 'always'),
    ('kick', 'account', 'always'),
    ('ban', 'account', 'always'),
    ('unban', 'account', 'always'),
    ('mute', 'account', 'always'),
    ('slow', NULL, 'always'),
    ('topic', NULL, 'always'),
    ('rename', NULL, 'always'),
    ('archive', NULL, 'always'),
    ('restore', NULL, 'always')
$$;

-- Records one event: assigns the room's next seq, and audits the event if its kind says so. The caller holds the room's lock.
-- Messages, joins and leaves come in batches, which append_messages and append_joins_and_leaves number themselves. None of
-- those is audited: a room's first event is recorded here, by create_room.
-- Throws for an unknown kind.
CREATE OR REPLACE FUNCTION record_event(
  p_room bigint, p_kind text, p_account bigint, p_target bigint, p_detail text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_kind record;
BEGIN
  SELECT * INTO v_kind FROM event_kinds() k WHERE k.kind = p_kind;
  IF NOT FOUND THEN RAISE EXCEPTION 'there is no kind of event %: add it to event_kinds', p_kind; END IF;
  UPDATE rooms SET last_seq = last_seq + 1 WHERE id = p_room RETURNING last_seq INTO seq;
  at := date_trunc('milliseconds', clock_timestamp());
  INSERT INTO events VALUES (p_room, seq, p_kind, p_account, at, p_target, p_detail);
  IF v_kind.audited <> 'never' AND (v_kind.audited <> 'first' OR seq = 1) THEN
    PERFORM audit_event(p_room, seq, p_kind, p_account, p_target, p_detail);
  END IF;
END
$$;

-- Audits an event, unless its kind excepts it. The log names no direct room's maker, and no words of rooms that are not open.
CREATE OR REPLACE FUNCTION audit_event(p_room bigint, p_seq bigint, p_kind text, p_actor bigint, p_target bigint, p_detail text)
RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_kind record;
  v_room record;
  v_author bigint;
  v_act text := 'room.' || p_kind;
  v_subject jsonb := jsonb_build_object('roomId', p_room, 'seq', p_seq);
BEGIN
  SELECT * INTO v_kind FROM event_kinds() k WHERE k.kind = p_kind;
  SELECT r.kind, r.name INTO v_room FROM rooms r WHERE r.id = p_room;
  IF v_kind.audited = 'first' AND v_room.kind = 'direct' THEN RETURN; END IF;
  IF v_kind.target = 'message' THEN
    SELECT m.account_id INTO v_author FROM messages m WHERE m.room_id = p_room AND m.seq = p_target;
    IF v_kind.audited = 'others' AND v_author = p_actor THEN RETURN; END IF;
    v_act := 'message.' || p_kind;
    v_subject := v_subject || jsonb_build_object('userId', v_author, 'target', p_target);
  ELSIF v_kind.target = 'account' THEN
    v_subject := v_subject || jsonb_build_object('userId', p_target);
  END IF;
  IF p_kind = 'join' THEN v_act := 'room.create'; END IF;
  IF p_kind = 'mute' AND p_detail IS NULL THEN v_act := 'room.unmute'; END IF;
  v_subject := v_subject || CASE p_kind
    WHEN 'join' THEN jsonb_build_object('kind', v_room.kind, 'name', v_room.name)
    WHEN 'ban' THEN p_detail::jsonb
    WHEN 'kick' THEN jsonb_build_object('reason', p_detail)
    WHEN 'role' THEN jsonb_build_object('role', p_detail)
    WHEN 'mute' THEN jsonb_build_object('until', p_detail)
    WHEN 'slow' THEN jsonb_build_object('seconds', p_detail::integer)
    WHEN 'rename' THEN jsonb_build_object('name', p_detail)
    WHEN 'topic' THEN jsonb_build_object('topic', p_detail)
    ELSE '{}' END;
  IF v_room.kind <> 'open' THEN v_subject := v_subject - ARRAY['name', 'topic', 'reason']; END IF;
  PERFORM audit(p_actor, v_act, v_subject);
END
$$;
