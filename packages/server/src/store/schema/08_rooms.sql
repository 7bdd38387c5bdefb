-- Rooms: how they begin, and acts on a room as a whole.

-- Creates an open or closed room. Its first event is the owner's join. Anyone may create one, see chat/rooms/rooms.ts.
-- outcome is done, or conflict if an open room has the name.
CREATE OR REPLACE FUNCTION create_room(
  p_name text, p_kind text, p_topic text, p_owner bigint, OUT outcome text, OUT room_id bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  INSERT INTO rooms (name, kind, topic, created_at)
  VALUES (p_name, p_kind, p_topic, date_trunc('milliseconds', clock_timestamp()))
  ON CONFLICT DO NOTHING RETURNING id, created_at INTO room_id, at;
  IF room_id IS NULL THEN outcome := 'conflict'; RETURN; END IF;
  SELECT * INTO v FROM record_event(room_id, 'join', p_owner, NULL, NULL);
  PERFORM add_member(room_id, p_owner, 'owner', v.seq, v.at, true);
  outcome := 'done';
END
$$;

-- Creates the direct room of these people, who join in the order of their ids. unchanged: they have it already, and it is returned.
-- Those who must agree (needs_consent) are asked instead. A null actor has nobody asked. While the actor is alone in the room, it
-- takes p_message_max messages. The caller is one of the people, see chat/rooms/direct-rooms.ts. Refuses as request_refusal.
CREATE OR REPLACE FUNCTION create_direct_room(
  p_people bigint[], p_actor bigint DEFAULT NULL, p_message_max integer DEFAULT NULL,
  p_made_max integer DEFAULT NULL, p_waiting_max integer DEFAULT NULL,
  OUT outcome text, OUT room_id bigint, OUT at timestamptz, OUT asked bigint[]
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_people bigint[] := ARRAY(SELECT DISTINCT unnest(p_people) ORDER BY 1);
  v_key text := array_to_string(v_people, ' ');
  v_person bigint;
  v record;
BEGIN
  SELECT id, created_at INTO room_id, at FROM rooms WHERE direct_key = v_key;
  IF room_id IS NOT NULL THEN outcome := 'unchanged'; RETURN; END IF;
  asked := ARRAY(SELECT person FROM unnest(v_people) person WHERE person <> p_actor AND needs_consent(p_actor, person));
  IF asked <> '{}' THEN
    outcome := request_refusal(p_actor, asked, p_made_max, p_waiting_max);
    IF outcome IS NOT NULL THEN RETURN; END IF;
  END IF;
  INSERT INTO rooms (name, kind, created_at, direct_key, message_max)
  VALUES ('', 'direct', date_trunc('milliseconds', clock_timestamp()), v_key,
          CASE WHEN cardinality(v_people) - cardinality(asked) = 1 THEN p_message_max END)
  ON CONFLICT DO NOTHING RETURNING id, created_at INTO room_id, at;
  IF room_id IS NULL THEN
    SELECT id, created_at INTO room_id, at FROM rooms WHERE direct_key = v_key;
    outcome := 'unchanged'; RETURN;
  END IF;
  FOREACH v_person IN ARRAY v_people LOOP
    CONTINUE WHEN v_person = ANY (asked);
    SELECT * INTO v FROM record_event(room_id, 'join', v_person, NULL, NULL);
    PERFORM add_member(room_id, v_person, 'member', v.seq, v.at, COALESCE(v_person = p_actor, true));
  END LOOP;
  PERFORM ask_people(room_id, p_actor, asked);
  outcome := 'done';
END
$$;

-- Returns the people of a direct room in the form of the wire, sorted by name: also those who left or have not agreed yet.
CREATE OR REPLACE FUNCTION people_of(p_room bigint) RETURNS json LANGUAGE sql STABLE
RETURN (
  SELECT json_agg(json_build_object('userId', a.id, 'username', a.username) ORDER BY lower(a.username COLLATE "C"))
  FROM rooms r JOIN accounts a ON a.id = ANY (string_to_array(r.direct_key, ' ')::bigint[]) WHERE r.id = p_room);

-- Finds the lobby, which new accounts join. If none is recorded yet, it is the open room `p_name` that an administrator owns, or
-- on a server without rooms a new one, which the first administrator owns.
-- is_settled: asking again would give the same answer. It is false on a server without rooms and administrators.
CREATE OR REPLACE FUNCTION find_lobby(p_name text, OUT room_id bigint, OUT is_settled boolean) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_owner bigint;
BEGIN
  SELECT lobby_id INTO room_id FROM store_state;
  -- The first caller creates it. Others wait for the lock and find it.
  IF room_id IS NULL THEN SELECT lobby_id INTO room_id FROM store_state FOR UPDATE; END IF;
  IF room_id IS NULL THEN
    SELECT r.id INTO room_id FROM rooms r
    WHERE r.kind = 'open' AND lower(r.name COLLATE "C") = lower(p_name COLLATE "C") AND r.archived_at IS NULL
      AND EXISTS (SELECT FROM memberships m WHERE m.room_id = r.id AND m.role = 'owner' AND is_admin(m.account_id));
    IF room_id IS NULL AND NOT EXISTS (SELECT FROM rooms) THEN
      SELECT a.id INTO v_owner FROM accounts a WHERE a.is_admin ORDER BY a.id LIMIT 1;
      IF v_owner IS NOT NULL THEN SELECT c.room_id INTO room_id FROM create_room(p_name, 'open', '', v_owner) c; END IF;
    END IF;
    IF room_id IS NOT NULL THEN UPDATE store_state SET lobby_id = find_lobby.room_id; END IF;
  END IF;
  is_settled := room_id IS NOT NULL OR EXISTS (SELECT FROM rooms);
END
$$;

-- Changes the topic. Moderators may. The event's detail is the topic. Refuses as begin_act.
CREATE OR REPLACE FUNCTION append_topic(
  p_room bigint, p_actor bigint, p_topic text, OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  SELECT v.refusal INTO outcome FROM begin_act(p_room, p_actor, 'moderator') v;
  IF outcome IS NOT NULL THEN RETURN; END IF;
  UPDATE rooms SET topic = p_topic WHERE id = p_room AND topic <> p_topic;
  IF NOT FOUND THEN outcome := 'unchanged'; RETURN; END IF;
  SELECT e.seq, e.at INTO seq, at FROM record_event(p_room, 'topic', p_actor, NULL, p_topic) e;
  outcome := 'done';
END
$$;

-- Renames the room. Moderators may. The event's detail is the name. Refuses as begin_act, and with conflict if an open room has it.
CREATE OR REPLACE FUNCTION append_rename(
  p_room bigint, p_actor bigint, p_name text, OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  SELECT v.refusal INTO outcome FROM begin_act(p_room, p_actor, 'moderator') v;
  IF outcome IS NOT NULL THEN RETURN; END IF;
  BEGIN
    UPDATE rooms SET name = p_name WHERE id = p_room AND name <> p_name;
    IF NOT FOUND THEN outcome := 'unchanged'; RETURN; END IF;
  EXCEPTION WHEN unique_violation THEN
    outcome := 'conflict'; RETURN;
  END;
  SELECT e.seq, e.at INTO seq, at FROM record_event(p_room, 'rename', p_actor, NULL, p_name) e;
  outcome := 'done';
END
$$;

-- Sets the seconds of slow mode, 0 for none. Moderators may. The event's detail is the seconds. Refuses as begin_act.
CREATE OR REPLACE FUNCTION append_slow(
  p_room bigint, p_actor bigint, p_seconds integer, OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  SELECT v.refusal INTO outcome FROM begin_act(p_room, p_actor, 'moderator') v;
  IF outcome IS NOT NULL THEN RETURN; END IF;
  UPDATE rooms SET slow_ms = p_seconds * 1000 WHERE id = p_room AND slow_ms <> p_seconds * 1000;
  IF NOT FOUND THEN outcome := 'unchanged'; RETURN; END IF;
  SELECT e.seq, e.at INTO seq, at FROM record_event(p_room, 'slow', p_actor, NULL, p_seconds::text) e;
  outcome := 'done';
END
$$;

-- Archives the room: its members can still read and leave it, and its owners restore it. Owners may. Refuses as begin_act.
CREATE OR REPLACE FUNCTION append_archive(p_room bigint, p_actor bigint, OUT outcome text, OUT seq bigint, OUT at timestamptz)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  SELECT v.refusal INTO outcome FROM begin_act(p_room, p_actor, 'owner') v;
  IF outcome = 'archived' THEN outcome := 'unchanged'; END IF;
  IF outcome IS NOT NULL THEN RETURN; END IF;
  SELECT e.seq, e.at INTO seq, at FROM record_event(p_room, 'archive', p_actor, NULL, NULL) e;
  UPDATE rooms SET archived_at = append_archive.at WHERE id = p_room;
  outcome := 'done';
END
$$;

-- Restores an archived room. Owners may. Refuses as begin_act, but for archived.
CREATE OR REPLACE FUNCTION append_restore(p_room bigint, p_actor bigint, OUT outcome text, OUT seq bigint, OUT at timestamptz)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  SELECT COALESCE(v.refusal, 'unchanged') INTO outcome FROM begin_act(p_room, p_actor, 'owner') v;
  IF outcome <> 'archived' THEN RETURN; END IF;
  SELECT e.seq, e.at INTO seq, at FROM record_event(p_room, 'restore', p_actor, NULL, NULL) e;
  UPDATE rooms SET archived_at = NULL WHERE id = p_room;
  outcome := 'done';
END
$$;
