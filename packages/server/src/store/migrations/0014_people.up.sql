-- What is one person's own: when they were last here, whom they ignore, how far they have read and what a room shows them.

-- When people were last here. Apart from their accounts, whose rows should not move with every coming and going.
CREATE TABLE last_seen (
  account_id bigint PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
  at timestamptz NOT NULL
) WITH (fillfactor = 70);

-- Whom a person does not want to hear. Nobody else is told.
CREATE TABLE ignored (
  account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
  ignored_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
  at timestamptz NOT NULL,
  PRIMARY KEY (account_id, ignored_id)
);
CREATE INDEX ignored_ignored ON ignored (ignored_id);

-- Whether a person wants to see no joins and leaves in a room: a wish of theirs alone, which ends with the membership.
ALTER TABLE memberships ADD COLUMN hide_joins boolean NOT NULL DEFAULT false;

-- A read mark that moves costs, over all of its moves together, no more than one look at each message: of what it passes
-- and what stays above it, it counts the shorter part.
CREATE OR REPLACE FUNCTION move_read_mark(p_room bigint, p_account bigint, p_seq bigint, OUT read_seq bigint, OUT moved boolean)
RETURNS SETOF record
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
  v_mark record;
  v_room record;
  v_to bigint;
  v_ordinal bigint;
  v_own bigint := 0;
BEGIN
  SELECT m.read_seq, m.read_ordinal, m.last_sent_seq, m.own_unread INTO v_mark
  FROM memberships m WHERE m.room_id = p_room AND m.account_id = p_account FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  SELECT r.last_seq, r.message_count INTO v_room FROM rooms r WHERE r.id = p_room;
  v_to := LEAST(p_seq, v_room.last_seq);
  IF v_to <= v_mark.read_seq THEN RETURN QUERY SELECT v_mark.read_seq, false; RETURN; END IF;
  v_ordinal := COALESCE((
    SELECT x.ordinal FROM messages x WHERE x.room_id = p_room AND x.seq <= v_to ORDER BY x.seq DESC LIMIT 1), 0);
  -- Almost always nothing of one's own stands above what one has read.
  IF v_to < v_mark.last_sent_seq AND v_mark.own_unread > 0 THEN
    v_own := CASE WHEN v_ordinal - v_mark.read_ordinal < v_room.message_count - v_ordinal
      THEN v_mark.own_unread - count_own(p_room, p_account, v_mark.read_seq, v_to)
      ELSE count_own(p_room, p_account, v_to, v_mark.last_sent_seq) END;
  END IF;
  UPDATE memberships m SET read_seq = v_to, read_ordinal = v_ordinal, own_unread = v_own
  WHERE m.room_id = p_room AND m.account_id = p_account;
  RETURN QUERY SELECT v_to, true;
END
$$;

-- How many messages a person has written above one seq and up to another.
CREATE FUNCTION count_own(p_room bigint, p_account bigint, p_above bigint, p_to bigint) RETURNS bigint LANGUAGE sql STABLE
RETURN (SELECT count(*) FROM messages WHERE room_id = p_room AND account_id = p_account AND seq > p_above AND seq <= p_to);
