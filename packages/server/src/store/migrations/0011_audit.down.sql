-- Brings back put_event as 0003 made it.
CREATE OR REPLACE FUNCTION put_event(
  p_room bigint, p_kind text, p_account bigint, p_target bigint, p_detail text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  UPDATE rooms SET last_seq = last_seq + 1 WHERE id = p_room RETURNING last_seq INTO seq;
  at := date_trunc('milliseconds', clock_timestamp());
  INSERT INTO events VALUES (p_room, seq, p_kind, p_account, at, p_target, p_detail);
END
$$;
DROP FUNCTION audit_room_act(bigint, bigint, text, bigint, bigint, text);
DROP FUNCTION list_audit(text, bigint, jsonb, timestamptz, timestamptz, bigint, integer);
DROP FUNCTION audit(bigint, text, jsonb);
DROP TABLE audit_pending;
DROP TABLE audit_log;
DROP TABLE audit_head;
DROP FUNCTION chain_audit();
DROP FUNCTION refuse_audit_change();
DROP FUNCTION audit_text(bytea, bigint, timestamptz, bigint, text, jsonb);
DROP FUNCTION audit_time(timestamptz);
