-- As 0020 made it.
CREATE OR REPLACE FUNCTION forget_person(p_account bigint) RETURNS void LANGUAGE sql VOLATILE AS $$
  DELETE FROM bans WHERE account_id = p_account;
  DELETE FROM invited WHERE account_id = p_account;
  DELETE FROM invitations WHERE account_id = p_account;
  DELETE FROM last_seen WHERE account_id = p_account;
  DELETE FROM ignored WHERE account_id = p_account OR ignored_id = p_account;
  UPDATE sessions SET user_agent = '', address = '', name = CASE WHEN token_hash IS NOT NULL THEN '' END
  WHERE account_id = p_account;
$$;
DROP INDEX reports_account;
