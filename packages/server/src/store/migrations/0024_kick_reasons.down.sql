-- As 0011 made it.
CREATE OR REPLACE FUNCTION audit_room_act(p_room bigint, p_seq bigint, p_kind text, p_actor bigint, p_target bigint, p_detail text)
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
