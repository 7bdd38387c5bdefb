-- Parts of a message (digest, people it calls, quote), acts on messages, and how far a person has read.

-- Returns what distinguishes a retry from another message under the same id.
CREATE OR REPLACE FUNCTION message_digest(p_kind text, p_reply_to bigint, p_content text) RETURNS bytea LANGUAGE sql IMMUTABLE
RETURN substr(sha256(convert_to(COALESCE(p_kind, '') || COALESCE(p_reply_to::text, '') || ':' || p_content, 'UTF8')), 1, 16);

-- Returns the accounts that a message calls, without its author, in the order of their ids; null if it calls nobody.
-- They are members: the author of the message that it replies to, unless that is deleted, and those of `p_names` (lower-case,
-- separated by blanks). At most 50 (MENTIONS_MAX): that author, then the first names. Account 0 means the whole room: every
-- message in a direct room, and the name @room of an owner or moderator.
CREATE OR REPLACE FUNCTION called_members(
  p_room bigint, p_kind text, p_author bigint, p_role text, p_names text, p_reply_to bigint
) RETURNS bigint[]
LANGUAGE sql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
  SELECT NULLIF(
    CASE WHEN p_kind = 'direct' OR ('@room' = ANY (n.names) AND p_role IN ('owner', 'moderator'))
      THEN ARRAY[0::bigint] ELSE '{}' END || ARRAY(
      SELECT first.id FROM (
        -- LIMIT 1 keeps these look-ups nested loops: without statistics the planner would join whole tables.
        SELECT c.id FROM (
          SELECT m.account_id AS id, 0::bigint AS place FROM messages m
          WHERE m.room_id = p_room AND m.seq = p_reply_to AND m.deleted_at IS NULL
          UNION ALL
          SELECT a.id, t.place FROM unnest(n.names) WITH ORDINALITY AS t(name, place)
          CROSS JOIN LATERAL (SELECT id FROM accounts WHERE lower(username COLLATE "C") = t.name LIMIT 1) a
        ) c
        CROSS JOIN LATERAL (SELECT FROM memberships WHERE room_id = p_room AND account_id = c.id LIMIT 1) m
        WHERE c.id <> p_author GROUP BY c.id ORDER BY min(c.place) LIMIT 50
      ) first ORDER BY first.id
    ), '{}')
  FROM (SELECT string_to_array(p_names, ' ') AS names) n
$$;

-- Returns the line of a message that its replies quote [M3], as quoteLine of packages/protocol does: the first that has a visible
-- character and is no fence, at most 120 characters (QUOTE_MAX_CHARS). After a fence without the backticks at its end. The class
-- of invisible characters is the one that checkContent uses.
CREATE OR REPLACE FUNCTION quote_line(p_content text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN (
  SELECT left(CASE WHEN l.words = l.first THEN l.first ELSE COALESCE(regexp_replace(l.words, '`{3,}[ \t]*$', ''), l.first, '') END, 120)
  FROM (
    SELECT substring(p_content FROM '(?n)^.*' || invisible.no || '.*$') AS first,
           substring(p_content FROM '(?n)^(?!(?:> )?`{3,}[^`]*$).*' || invisible.no || '.*$') AS words
    FROM (SELECT '[^\u0001-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f'
      || '\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d159'
      || '\U0001d173-\U0001d17a\U000e0000-\U000e0fff]' AS no) invisible) l);

-- Returns the quote that a reply shows: the author and a line of the message. Null if it was deleted.
CREATE OR REPLACE FUNCTION quote_of(p_room bigint, p_seq bigint) RETURNS jsonb LANGUAGE sql STABLE
RETURN (
  SELECT jsonb_build_object('userId', m.account_id, 'username', a.username, 'line', quote_line(m.content))
  FROM messages m JOIN accounts a ON a.id = m.account_id
  WHERE m.room_id = p_room AND m.seq = p_seq AND m.deleted_at IS NULL);

-- Begins an act of a member on a message, deleted or not: as begin_act, and returns the message.
-- Refuses as begin_act, and with no_message, and muted: then a blank and the milliseconds until the mute ends follow.
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
  IF v_muted_until > now() THEN refusal := 'muted ' || milliseconds_until(v_muted_until, now()); END IF;
END
$$;

-- Replaces the text of a message, and whom it calls. The earlier text is lost. Only the author may, as a member who is not
-- muted. Refuses as begin_act_on_message, and with no_message (deleted), forbidden (another author).
CREATE OR REPLACE FUNCTION append_edit(
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
  mentions := called_members(p_room, v.kind, p_actor, v.role, p_names, (v.message).reply_to);
  SELECT e.seq, e.at INTO seq, at FROM record_event(p_room, 'edit', p_actor, p_target, NULL) e;
  UPDATE messages m SET content = p_content, edited_at = append_edit.at, mentions = append_edit.mentions
  WHERE m.room_id = p_room AND m.seq = p_target;
  PERFORM replace_mentions(p_room, p_target, p_actor, (v.message).mentions, mentions);
  PERFORM refresh_search_entry(p_room, p_target);
  outcome := 'done';
END
$$;

-- Deletes a message. Its author may, even muted, and moderators. Refuses as begin_act_on_message, and with forbidden.
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

-- Erases the text of a message everywhere, with its mentions and reactions. Its row keeps seq and id. The caller has checked the
-- right and holds the room's lock.
CREATE OR REPLACE FUNCTION erase_message(p_message messages, p_actor bigint, OUT seq bigint, OUT at timestamptz)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  SELECT e.seq, e.at INTO seq, at FROM record_event(p_message.room_id, 'delete', p_actor, p_message.seq, NULL) e;
  UPDATE messages m SET content = '', digest = '', mentions = NULL, deleted_at = erase_message.at
  WHERE m.room_id = p_message.room_id AND m.seq = p_message.seq;
  PERFORM replace_mentions(p_message.room_id, p_message.seq, p_actor, p_message.mentions, NULL);
  PERFORM refresh_search_entry(p_message.room_id, p_message.seq);
  DELETE FROM reactions r WHERE r.room_id = p_message.room_id AND r.seq = p_message.seq;
END
$$;

-- Replaces the rows that count the mentions of a message.
CREATE OR REPLACE FUNCTION replace_mentions(p_room bigint, p_seq bigint, p_author bigint, p_old bigint[], p_new bigint[]) RETURNS void
LANGUAGE sql VOLATILE AS $$
  DELETE FROM mentions WHERE account_id = ANY (p_old) AND room_id = p_room AND seq = p_seq;
  INSERT INTO mentions (account_id, room_id, seq, author_id) SELECT unnest(p_new), p_room, p_seq, p_author;
$$;

-- Adds a reaction to a message, or removes it. Members may who are not muted. A person has one of each emoji on a message, and a
-- message has up to p_max_kinds different emoji. The event's detail is + or - and the emoji.
-- Refuses as begin_act_on_message, and with no_message (deleted), too_many_kinds.
CREATE OR REPLACE FUNCTION append_react(
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
  FROM record_event(p_room, 'react', p_actor, p_target, CASE WHEN p_on THEN '+' ELSE '-' END || p_emoji) e;
  IF p_on THEN
    INSERT INTO reactions (room_id, seq, emoji, account_id, at) VALUES (p_room, p_target, p_emoji, p_actor, append_react.at);
  ELSE
    DELETE FROM reactions r WHERE r.room_id = p_room AND r.seq = p_target AND r.emoji = p_emoji AND r.account_id = p_actor;
  END IF;
  outcome := 'done';
END
$$;

-- Moves a member's read mark forwards, to the room's head at most. Returns the mark and whether it moved, or no row for a person
-- who is not a member. It locks the membership, which the append changes too, so that own_unread is exact.
-- Cost: it counts own messages in the shorter of the two ranges, passed or remaining. So all moves of a mark together look at
-- each message once at most.
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
  -- Almost always the reader has no messages of their own above the mark.
  IF v_to < v_mark.last_sent_seq AND v_mark.own_unread > 0 THEN
    v_own := CASE WHEN v_ordinal - v_mark.read_ordinal < v_room.message_count - v_ordinal
      THEN v_mark.own_unread - count_own_messages(p_room, p_account, v_mark.read_seq, v_to)
      ELSE count_own_messages(p_room, p_account, v_to, v_mark.last_sent_seq) END;
  END IF;
  UPDATE memberships m SET read_seq = v_to, read_ordinal = v_ordinal, own_unread = v_own
  WHERE m.room_id = p_room AND m.account_id = p_account;
  RETURN QUERY SELECT v_to, true;
END
$$;

-- Counts a person's messages above seq `p_above`, up to and including `p_to`.
CREATE OR REPLACE FUNCTION count_own_messages(p_room bigint, p_account bigint, p_above bigint, p_to bigint) RETURNS bigint LANGUAGE sql STABLE
RETURN (SELECT count(*) FROM messages WHERE room_id = p_room AND account_id = p_account AND seq > p_above AND seq <= p_to);
