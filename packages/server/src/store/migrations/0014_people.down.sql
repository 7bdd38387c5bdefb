CREATE OR REPLACE FUNCTION move_read_mark(p_room bigint, p_account bigint, p_seq bigint, OUT read_seq bigint, OUT moved boolean)
RETURNS SETOF record
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
  v_mark record;
  v_to bigint;
BEGIN
  SELECT m.read_seq, m.last_sent_seq, m.own_unread INTO v_mark
  FROM memberships m WHERE m.room_id = p_room AND m.account_id = p_account FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  SELECT LEAST(p_seq, r.last_seq) INTO v_to FROM rooms r WHERE r.id = p_room;
  IF v_to <= v_mark.read_seq THEN RETURN QUERY SELECT v_mark.read_seq, false; RETURN; END IF;
  UPDATE memberships m SET
    read_seq = v_to,
    read_ordinal = COALESCE((
      SELECT x.ordinal FROM messages x WHERE x.room_id = p_room AND x.seq <= v_to ORDER BY x.seq DESC LIMIT 1), 0),
    -- Almost always nothing of one's own stands above what one has read; else it is counted there.
    own_unread = CASE WHEN v_to >= v_mark.last_sent_seq THEN 0 ELSE (
      SELECT count(*) FROM messages x
      WHERE x.room_id = p_room AND x.seq > v_to AND x.seq <= v_mark.last_sent_seq AND x.account_id = p_account) END
  WHERE m.room_id = p_room AND m.account_id = p_account;
  RETURN QUERY SELECT v_to, true;
END
$$;
DROP FUNCTION count_own(bigint, bigint, bigint, bigint);

ALTER TABLE memberships DROP COLUMN hide_joins;
DROP TABLE ignored;
DROP TABLE last_seen;
