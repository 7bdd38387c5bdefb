-- The room that new accounts join.

-- Null: none yet, or none at all.
ALTER TABLE store_state ADD COLUMN lobby_id bigint;

-- The lobby. Where there is none so far it is the open room of this name that an administrator owns, or on a server that has
-- no rooms a new one, of the first administrator. is_settled: asking again would find nothing else.
CREATE FUNCTION find_lobby(p_name text, OUT room_id bigint, OUT is_settled boolean) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_owner bigint;
BEGIN
  SELECT lobby_id INTO room_id FROM store_state;
  -- One makes it; whoever asks meanwhile waits, and finds it.
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
