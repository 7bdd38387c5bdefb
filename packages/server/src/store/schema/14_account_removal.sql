-- The deletion of an account, by its owner, and the removal of what it leaves behind.

-- Deletes an account whose current password hash is p_proved, which the caller has checked. All personal data is erased, all
-- sessions and tokens end (ended has their ids), and the name becomes one with brackets, which nobody can register or mention.
-- The rest is left to step_removal. outcome is done, changed (another password by now, or disabled), or last_administrator.
CREATE OR REPLACE FUNCTION delete_account(
  p_account bigint, p_proved text, p_removes_messages boolean, p_at timestamptz, OUT outcome text, OUT ended bigint[]
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v accounts;
BEGIN
  -- Serializes deletions, so that of two administrators who leave at once the second is the last one.
  PERFORM FROM store_state FOR UPDATE;
  SELECT * INTO v FROM accounts WHERE id = p_account FOR UPDATE;
  IF v.password_hash IS DISTINCT FROM p_proved OR v.disabled_at IS NOT NULL THEN outcome := 'changed'; RETURN; END IF;
  IF is_last_administrator(p_account) THEN outcome := 'last_administrator'; RETURN; END IF;
  ended := end_all_sessions(p_account, NULL, true, p_at, p_account);
  INSERT INTO retired_usernames (hash, account_id, at) VALUES (username_key(v.username), p_account, p_at)
  ON CONFLICT (hash) DO UPDATE SET account_id = EXCLUDED.account_id, at = EXCLUDED.at;
  UPDATE accounts SET username = '(deleted-' || id || ')', email = NULL, password_hash = '', is_admin = false,
    display_name = NULL, display_words = NULL, about = NULL, time_zone = NULL, disabled_at = p_at, deleted_at = p_at
  WHERE id = p_account;
  INSERT INTO account_removals (account_id, removes_messages, due_at) VALUES (p_account, p_removes_messages, p_at);
  PERFORM forget_person(p_account);
  PERFORM audit(p_account, 'account.delete', jsonb_build_object(
    'userId', p_account, 'messages', CASE WHEN p_removes_messages THEN 'remove' ELSE 'keep' END));
  outcome := 'done';
END
$$;

-- Deletes a person's data apart from their messages and memberships, the reasons they gave in bans and in the audit log, and clears user agent, address and token name of their
-- sessions. Their reports go only if their messages do.
CREATE OR REPLACE FUNCTION forget_person(p_account bigint) RETURNS void LANGUAGE sql VOLATILE AS $$
  SELECT end_links(p_account);
  SELECT end_links_made_by(p_account);
  DELETE FROM reports WHERE account_id = p_account
    AND EXISTS (SELECT FROM account_removals r WHERE r.account_id = p_account AND r.removes_messages);
  DELETE FROM requests WHERE account_id = p_account;
  -- Those whom this person asked are still only asked by others. A no stays.
  UPDATE requests SET state = 'askable', by_id = NULL WHERE by_id = p_account AND state = 'open';
  DELETE FROM bans WHERE account_id = p_account;
  UPDATE bans SET reason = '' WHERE by_id = p_account AND reason <> '';
  UPDATE address_bans SET reason = '' WHERE by_id = p_account AND reason <> '';
  DELETE FROM audit_texts WHERE actor_id = p_account;
  DELETE FROM invited WHERE account_id = p_account;
  DELETE FROM invitations WHERE account_id = p_account;
  DELETE FROM last_seen WHERE account_id = p_account;
  DELETE FROM ignored WHERE account_id = p_account OR ignored_id = p_account;
  UPDATE sessions SET user_agent = '', address = '', name = CASE WHEN token_hash IS NOT NULL THEN '' END
  WHERE account_id = p_account;
$$;

-- Does the next step of a removal that is due: leaves one room, erases up to p_limit messages of one room, or finishes a pass.
-- in_room: the room that got events, or null. No row: nothing is due. The second pass is due p_second_pass after the first.
CREATE OR REPLACE FUNCTION step_removal(p_at timestamptz, p_limit integer, p_second_pass interval) RETURNS TABLE (in_room bigint)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v account_removals;
BEGIN
  SELECT * INTO v FROM account_removals WHERE due_at <= p_at ORDER BY due_at, account_id LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN; END IF;
  -- A direct room keeps its people for ever. It shows the new name.
  SELECT m.room_id INTO in_room FROM memberships m JOIN rooms r ON r.id = m.room_id
  WHERE m.account_id = v.account_id AND r.kind <> 'direct' ORDER BY m.room_id LIMIT 1;
  IF in_room IS NOT NULL THEN
    PERFORM leave_for_good(in_room, v.account_id);
  ELSIF v.removes_messages AND EXISTS (SELECT FROM rooms WHERE id >= v.room_id) THEN
    in_room := remove_messages(v, p_limit);
  ELSIF v.pass = 1 THEN
    UPDATE account_removals SET pass = 2, due_at = p_at + p_second_pass, room_id = 0, message_id = ''
    WHERE account_removals.account_id = v.account_id;
  ELSE
    PERFORM forget_person(v.account_id);
    DELETE FROM account_removals WHERE account_removals.account_id = v.account_id;
  END IF;
  RETURN NEXT;
END
$$;

-- Ends the membership of a deleted account. If it was the last owner, the room passes to the longest-standing moderator, else
-- member; to a disabled account only if there is no other.
CREATE OR REPLACE FUNCTION leave_for_good(p_room bigint, p_account bigint) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_heir bigint;
BEGIN
  PERFORM FROM rooms WHERE id = p_room FOR NO KEY UPDATE;
  IF is_last_owner(p_room, p_account) THEN
    SELECT m.account_id INTO v_heir FROM memberships m JOIN accounts a ON a.id = m.account_id
    WHERE m.room_id = p_room AND m.account_id <> p_account AND m.role <> 'owner'
    ORDER BY a.disabled_at IS NOT NULL, role_rank(m.role) DESC, m.joined_seq LIMIT 1;
    IF v_heir IS NOT NULL THEN
      PERFORM record_event(p_room, 'role', p_account, v_heir, 'owner');
      UPDATE memberships SET role = 'owner' WHERE room_id = p_room AND account_id = v_heir;
    END IF;
  END IF;
  IF EXISTS (SELECT FROM memberships WHERE room_id = p_room AND account_id = p_account) THEN
    PERFORM record_event(p_room, 'leave', p_account, NULL, NULL);
    PERFORM remove_member(p_room, p_account);
  END IF;
  DELETE FROM restraints WHERE room_id = p_room AND account_id = p_account;
  DELETE FROM requests WHERE room_id = p_room AND account_id = p_account;
END
$$;

-- Erases the next messages of an account, up to p_limit in one room, and records the progress. Returns the room, or null if none of
-- the 1,000 rooms that it looked at has any.
CREATE OR REPLACE FUNCTION remove_messages(p_removal account_removals, p_limit integer) RETURNS bigint
LANGUAGE plpgsql VOLATILE
-- Only the index of ids by room and author avoids reading all messages.
SET enable_seqscan = off
AS $$
DECLARE
  v_account bigint := p_removal.account_id;
  v_room bigint;
  v_message messages;
  v_last text := p_removal.message_id;
  v_count integer := 0;
BEGIN
  FOR v_room IN SELECT id FROM rooms WHERE id >= p_removal.room_id ORDER BY id LIMIT 1000 LOOP
    IF v_room > p_removal.room_id THEN v_last := ''; END IF;
    IF EXISTS (
      SELECT FROM messages WHERE room_id = v_room AND account_id = v_account AND id > v_last AND deleted_at IS NULL
    ) THEN
      PERFORM FROM rooms WHERE id = v_room FOR NO KEY UPDATE;
      FOR v_message IN
        SELECT * FROM messages WHERE room_id = v_room AND account_id = v_account AND id > v_last AND deleted_at IS NULL
        ORDER BY id LIMIT p_limit
      LOOP
        PERFORM erase_message(v_message, v_account);
        v_last := v_message.id;
        v_count := v_count + 1;
      END LOOP;
    END IF;
    EXIT WHEN v_count > 0;
  END LOOP;
  UPDATE account_removals SET room_id = CASE WHEN v_count = p_limit THEN v_room ELSE v_room + 1 END,
    message_id = CASE WHEN v_count = p_limit THEN v_last ELSE '' END
  WHERE account_removals.account_id = v_account;
  RETURN CASE WHEN v_count > 0 THEN v_room END;
END
$$;
