-- Acts on messages, and how far a person has read.

-- Begins an act on a message: as begin_act, for a member who has a voice; refuses with no_message, also for a deleted one.
CREATE FUNCTION begin_act_on_message(
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

-- Gives the author's message another text. What it was is gone; whom it calls is found anew.
CREATE FUNCTION append_edit(
  p_room bigint, p_actor bigint, p_target bigint, p_content text, p_names text,
  OUT outcome text, OUT seq bigint, OUT at timestamptz, OUT mentions bigint[]
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  SELECT * INTO v FROM begin_act_on_message(p_room, p_actor, p_target);
  IF v.refusal IS NOT NULL THEN outcome := v.refusal; RETURN; END IF;
  IF (v.message).deleted_at IS NOT NULL THEN outcome := 'no_message'; RETURN; END IF;
  IF (v.message).account_id <> p_actor THEN outcome := 'forbidden'; RETURN; END IF;
  IF (v.message).content = p_content THEN outcome := 'unchanged'; RETURN; END IF;
  IF p_names IS NOT NULL THEN mentions := called_members(p_room, p_actor, v.role, p_names); END IF;
  SELECT e.seq, e.at INTO seq, at FROM put_event(p_room, 'edit', p_actor, p_target, NULL) e;
  UPDATE messages m SET content = p_content, edited_at = append_edit.at, mentions = append_edit.mentions
  WHERE m.room_id = p_room AND m.seq = p_target;
  PERFORM replace_mentions(p_room, p_target, p_actor, (v.message).mentions, mentions);
  PERFORM search_follow(p_room, p_target);
  outcome := 'done';
END
$$;

CREATE FUNCTION replace_mentions(p_room bigint, p_seq bigint, p_author bigint, p_old bigint[], p_new bigint[]) RETURNS void
LANGUAGE sql VOLATILE AS $$
  DELETE FROM mentions WHERE account_id = ANY (p_old) AND room_id = p_room AND seq = p_seq;
  INSERT INTO mentions (account_id, room_id, seq, author_id) SELECT unnest(p_new), p_room, p_seq, p_author;
$$;

-- Takes a message's text away, for good and everywhere; author and moderators may. Its place and its id stay.
CREATE FUNCTION append_delete(
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

-- Puts a reaction on a message or takes it off: one of a kind and person, and p_max_kinds kinds a message.
-- The event's detail is the emoji behind + or -.
CREATE FUNCTION append_react(
  p_room bigint, p_actor bigint, p_target bigint, p_emoji text, p_on boolean, p_max_kinds integer,
  OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
  v_is_on boolean;
BEGIN
  SELECT * INTO v FROM begin_act_on_message(p_room, p_actor, p_target);
  IF v.refusal IS NOT NULL THEN outcome := v.refusal; RETURN; END IF;
  IF (v.message).deleted_at IS NOT NULL THEN outcome := 'no_message'; RETURN; END IF;
  v_is_on := EXISTS (
    SELECT FROM reactions r WHERE r.room_id = p_room AND r.seq = p_target AND r.emoji = p_emoji AND r.account_id = p_actor);
  IF v_is_on = p_on THEN outcome := 'unchanged'; RETURN; END IF;
  IF p_on AND NOT EXISTS (SELECT FROM reactions r WHERE r.room_id = p_room AND r.seq = p_target AND r.emoji = p_emoji)
     AND (SELECT count(DISTINCT r.emoji) FROM reactions r WHERE r.room_id = p_room AND r.seq = p_target) >= p_max_kinds THEN
    outcome := 'too_many_kinds'; RETURN;
  END IF;
  SELECT e.seq, e.at INTO seq, at
  FROM put_event(p_room, 'react', p_actor, p_target, CASE WHEN p_on THEN '+' ELSE '-' END || p_emoji) e;
  IF p_on THEN
    INSERT INTO reactions (room_id, seq, emoji, account_id, at) VALUES (p_room, p_target, p_emoji, p_actor, append_react.at);
  ELSE
    DELETE FROM reactions r WHERE r.room_id = p_room AND r.seq = p_target AND r.emoji = p_emoji AND r.account_id = p_actor;
  END IF;
  outcome := 'done';
END
$$;

-- Moves a person's read mark forwards, to the room's head at most; no row for no member. The membership's lock holds up
-- that person's own next messages, so that their count is taken whole.
CREATE FUNCTION move_read_mark(p_room bigint, p_account bigint, p_seq bigint, OUT read_seq bigint, OUT moved boolean)
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
