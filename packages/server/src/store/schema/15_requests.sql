-- Requests: people who are asked into a room enter only if they agree. The state of a row:
--   open: the request waits for the person. by_id asks.
--   declined: the person said no to by_id, and nobody can ask them again. A direct room needs no such row.
--   askable: the person may be asked, and not added. They left the room, or the request was withdrawn or expired. by_id is null.

-- Whether a person must agree before `p_actor` has a direct room with them: they ignore the actor, or the two share no room that
-- the person chose. The lobby does not count, because everybody is in it. Nor does a room into which somebody else put the person,
-- unless they wrote there.
CREATE OR REPLACE FUNCTION needs_consent(p_actor bigint, p_person bigint) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM ignored WHERE account_id = p_person AND ignored_id = p_actor)
  OR NOT EXISTS (
    SELECT FROM memberships p JOIN memberships a ON a.room_id = p.room_id AND a.account_id = p_actor
    WHERE p.account_id = p_person AND (p.is_chosen OR p.last_sent_seq > 0)
      AND p.room_id IS DISTINCT FROM (SELECT lobby_id FROM store_state));

-- Why `p_actor` cannot ask these people now: too_many_requests (the actor has p_made_max open ones), too_many_waiting (a person has
-- p_waiting_max open ones of people whom they do not ignore). Null if they can. It locks the actor's account, which keeps their count exact.
CREATE OR REPLACE FUNCTION request_refusal(p_actor bigint, p_people bigint[], p_made_max integer, p_waiting_max integer) RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM FROM accounts WHERE id = p_actor FOR NO KEY UPDATE;
  IF (SELECT count(*) FROM requests WHERE by_id = p_actor AND state = 'open') + cardinality(p_people) > p_made_max THEN
    RETURN 'too_many_requests';
  END IF;
  IF EXISTS (
    SELECT FROM unnest(p_people) person
    WHERE (
      SELECT count(*) FROM requests q WHERE q.account_id = person AND q.state = 'open'
        AND NOT EXISTS (SELECT FROM ignored i WHERE i.account_id = person AND i.ignored_id = q.by_id)) >= p_waiting_max
  ) THEN RETURN 'too_many_waiting'; END IF;
  RETURN NULL;
END
$$;

-- Asks people into a room. Those who were asked before, or said no, stay as they are. Returns the others. The caller has checked
-- the right and holds the room's lock.
CREATE OR REPLACE FUNCTION ask_people(p_room bigint, p_actor bigint, p_people bigint[]) RETURNS SETOF bigint LANGUAGE sql VOLATILE AS $$
  INSERT INTO requests AS q (room_id, account_id, state, by_id, at)
  SELECT p_room, person, 'open', p_actor, date_trunc('milliseconds', clock_timestamp()) FROM unnest(p_people) person
  ON CONFLICT (room_id, account_id) DO UPDATE SET state = 'open', by_id = EXCLUDED.by_id, at = EXCLUDED.at WHERE q.state = 'askable'
  RETURNING q.account_id
$$;

-- Asks a person into an open or closed room, if they may only be asked: they left it by themselves, were asked before, or ignore
-- the actor. Moderators may. outcome is not_needed (append_role adds them), done (asked now), or unchanged.
-- Refuses as begin_act, and with target_banned, and as request_refusal.
CREATE OR REPLACE FUNCTION ask_into_room(
  p_room bigint, p_actor bigint, p_target bigint, p_made_max integer, p_waiting_max integer, OUT outcome text
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  SELECT v.refusal INTO outcome FROM begin_act(p_room, p_actor, 'moderator') v;
  IF outcome IS NOT NULL THEN RETURN; END IF;
  IF NOT may_only_be_asked(p_room, p_actor, p_target) THEN outcome := 'not_needed'; RETURN; END IF;
  IF is_banned(p_room, p_target) THEN outcome := 'target_banned'; RETURN; END IF;
  outcome := 'unchanged';
  IF EXISTS (SELECT FROM requests WHERE room_id = p_room AND account_id = p_target AND state <> 'askable') THEN RETURN; END IF;
  outcome := COALESCE(request_refusal(p_actor, ARRAY[p_target], p_made_max, p_waiting_max), 'done');
  IF outcome = 'done' THEN PERFORM ask_people(p_room, p_actor, ARRAY[p_target]); END IF;
END
$$;

-- Whether a person who is not in a room may be asked into it, but not added.
CREATE OR REPLACE FUNCTION may_only_be_asked(p_room bigint, p_actor bigint, p_target bigint) RETURNS boolean LANGUAGE sql STABLE
RETURN p_actor <> p_target
  AND NOT EXISTS (SELECT FROM memberships WHERE room_id = p_room AND account_id = p_target)
  AND (EXISTS (SELECT FROM requests WHERE room_id = p_room AND account_id = p_target)
    OR EXISTS (SELECT FROM ignored WHERE account_id = p_target AND ignored_id = p_actor));

-- Asks those who may be asked into a direct room: they left it, or an earlier request ended. Its members may. Returns the people who were asked now.
-- Refuses as begin_act, and as request_refusal.
CREATE OR REPLACE FUNCTION ask_back(
  p_room bigint, p_actor bigint, p_made_max integer, p_waiting_max integer, OUT outcome text, OUT asked bigint[]
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_left bigint[];
BEGIN
  SELECT v.refusal INTO outcome FROM begin_act(p_room, p_actor, 'member') v;
  IF outcome IS NOT NULL THEN RETURN; END IF;
  v_left := ARRAY(SELECT account_id FROM requests WHERE room_id = p_room AND state = 'askable' ORDER BY account_id);
  outcome := 'unchanged';
  IF v_left = '{}' THEN RETURN; END IF;
  outcome := COALESCE(request_refusal(p_actor, v_left, p_made_max, p_waiting_max), 'done');
  IF outcome = 'done' THEN asked := ARRAY(SELECT ask_people(p_room, p_actor, v_left)); END IF;
END
$$;

-- Accepts a request: the person joins the room. The people of a direct room may also return by themselves. Another room's request
-- is valid only while its asker may invite. Refuses with no_request, banned, archived. The first person in an empty room becomes
-- its owner.
CREATE OR REPLACE FUNCTION append_accept(p_room bigint, p_actor bigint, OUT outcome text, OUT seq bigint, OUT at timestamptz)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
  v_room record;
BEGIN
  -- It takes the lock. The request decides instead of its refusal.
  SELECT * INTO v FROM begin_act(p_room, p_actor, '');
  IF v.is_member THEN outcome := 'unchanged'; RETURN; END IF;
  SELECT r.direct_key, r.archived_at, r.member_count INTO v_room FROM rooms r WHERE r.id = p_room;
  IF v.kind = 'direct' AND p_actor = ANY (string_to_array(v_room.direct_key, ' ')::bigint[]) THEN
    NULL;
  ELSIF NOT EXISTS (
    SELECT FROM requests q
    WHERE q.room_id = p_room AND q.account_id = p_actor AND q.state <> 'askable' AND may_invite(q.by_id, p_room)
  ) THEN outcome := 'no_request'; RETURN;
  END IF;
  IF v_room.archived_at IS NOT NULL THEN outcome := 'archived'; RETURN; END IF;
  IF is_banned(p_room, p_actor) THEN outcome := 'banned'; RETURN; END IF;
  DELETE FROM requests q WHERE q.room_id = p_room AND q.account_id = p_actor;
  SELECT e.seq, e.at INTO seq, at FROM record_event(p_room, 'join', p_actor, NULL, NULL) e;
  PERFORM add_member(
    p_room, p_actor, CASE WHEN v.kind <> 'direct' AND v_room.member_count = 0 THEN 'owner' ELSE 'member' END, seq, at, true);
  IF v_room.member_count > 0 THEN UPDATE rooms SET message_max = NULL WHERE id = p_room AND message_max IS NOT NULL; END IF;
  outcome := 'done';
END
$$;

-- Declines a request. The asker is not told, and nobody can ask the person into this room again: only people with an askable row
-- are asked into a direct room that exists, and a declined row says it for the others. Returns whether there was a request.
CREATE OR REPLACE FUNCTION decline_request(p_room bigint, p_actor bigint) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF (SELECT kind FROM rooms WHERE id = p_room) = 'direct' THEN
    DELETE FROM requests WHERE room_id = p_room AND account_id = p_actor AND state = 'open';
  ELSE
    UPDATE requests SET state = 'declined' WHERE room_id = p_room AND account_id = p_actor AND state = 'open';
  END IF;
  RETURN FOUND;
END
$$;

-- Withdraws the open request that p_actor made to a person. Returns whether there was one; the caller keeps it from p_actor, who
-- would learn from it whether the person declined.
CREATE OR REPLACE FUNCTION withdraw_request(p_room bigint, p_actor bigint, p_target bigint) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  UPDATE requests SET state = 'askable', by_id = NULL
  WHERE room_id = p_room AND account_id = p_target AND by_id = p_actor AND state = 'open';
  RETURN FOUND;
END
$$;
