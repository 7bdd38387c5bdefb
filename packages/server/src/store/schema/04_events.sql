-- As 0003 made it; whatever is done to a room or its people now goes into the audit log too.
CREATE FUNCTION put_event(
  p_room bigint, p_kind text, p_account bigint, p_target bigint, p_detail text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  UPDATE rooms SET last_seq = last_seq + 1 WHERE id = p_room RETURNING last_seq INTO seq;
  at := date_trunc('milliseconds', clock_timestamp());
  INSERT INTO events VALUES (p_room, seq, p_kind, p_account, at, p_target, p_detail);
  IF p_kind NOT IN ('edit', 'react', 'leave') AND (p_kind <> 'join' OR seq = 1) THEN
    PERFORM audit_room_act(p_room, seq, p_kind, p_account, p_target, p_detail);
  END IF;
END
$$;

-- Audits what was done in a room. Who made a direct room is nobody's business, nor are the words of closed rooms.
CREATE FUNCTION audit_room_act(p_room bigint, p_seq bigint, p_kind text, p_actor bigint, p_target bigint, p_detail text)
RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_room record;
  v_act text := 'room.' || p_kind;
  v_subject jsonb := jsonb_build_object('roomId', p_room, 'seq', p_seq, 'userId', p_target);
BEGIN
  SELECT r.kind, r.name INTO v_room FROM rooms r WHERE r.id = p_room;
  IF p_kind = 'delete' THEN
    SELECT m.account_id INTO p_target FROM messages m WHERE m.room_id = p_room AND m.seq = p_target;
    IF p_target = p_actor THEN RETURN; END IF;
    v_act := 'message.delete';
    v_subject := v_subject || jsonb_build_object('userId', p_target, 'target', v_subject -> 'userId');
  ELSIF p_kind = 'join' THEN
    IF v_room.kind = 'direct' THEN RETURN; END IF;
    v_act := 'room.create';
    v_subject := v_subject || jsonb_build_object('kind', v_room.kind, 'name', v_room.name);
  ELSIF p_kind = 'mute' AND p_detail IS NULL THEN
    v_act := 'room.unmute';
  ELSIF p_kind = 'ban' THEN
    v_subject := v_subject || p_detail::jsonb;
  ELSE
    v_subject := v_subject || CASE p_kind
      WHEN 'kick' THEN jsonb_build_object('reason', p_detail)
      WHEN 'role' THEN jsonb_build_object('role', p_detail)
      WHEN 'mute' THEN jsonb_build_object('until', p_detail)
      WHEN 'slow' THEN jsonb_build_object('seconds', p_detail::integer)
      WHEN 'rename' THEN jsonb_build_object('name', p_detail)
      WHEN 'topic' THEN jsonb_build_object('topic', p_detail)
      ELSE '{}' END;
  END IF;
  IF v_room.kind <> 'open' THEN v_subject := v_subject - ARRAY['name', 'topic', 'reason']; END IF;
  PERFORM audit(p_actor, v_act, v_subject);
END
$$;
