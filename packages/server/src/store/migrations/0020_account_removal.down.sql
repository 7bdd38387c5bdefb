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
  SELECT e.seq, e.at INTO seq, at FROM put_event(p_room, 'delete', p_actor, p_target, NULL) e;
  UPDATE messages m SET content = '', digest = '', mentions = NULL, deleted_at = append_delete.at
  WHERE m.room_id = p_room AND m.seq = p_target;
  PERFORM replace_mentions(p_room, p_target, p_actor, (v.message).mentions, NULL);
  PERFORM search_follow(p_room, p_target);
  DELETE FROM reactions r WHERE r.room_id = p_room AND r.seq = p_target;
  outcome := 'done';
END
$$;
DROP FUNCTION erase_message(messages, bigint);
DROP FUNCTION step_removal(timestamptz, integer, interval);
DROP FUNCTION remove_messages(account_removals, integer);
DROP FUNCTION leave_for_good(bigint, bigint);
DROP FUNCTION delete_account(bigint, text, boolean, timestamptz);
DROP FUNCTION forget_person(bigint);
DROP TABLE account_removals;
-- Who is deleted stays so: nobody knows a password for them.
ALTER TABLE accounts DROP CONSTRAINT accounts_deleted_check, DROP COLUMN deleted_at;
