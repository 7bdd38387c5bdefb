CREATE INDEX reports_account ON reports (account_id);

-- As 0020 made it, and: nobody takes a deleted account back by a link, and with what a person wrote goes why they reported.
CREATE OR REPLACE FUNCTION forget_person(p_account bigint) RETURNS void LANGUAGE sql VOLATILE AS $$
  DELETE FROM account_resets WHERE account_id = p_account;
  DELETE FROM reports WHERE account_id = p_account
    AND EXISTS (SELECT FROM account_removals r WHERE r.account_id = p_account AND r.removes_messages);
  DELETE FROM bans WHERE account_id = p_account;
  DELETE FROM invited WHERE account_id = p_account;
  DELETE FROM invitations WHERE account_id = p_account;
  DELETE FROM last_seen WHERE account_id = p_account;
  DELETE FROM ignored WHERE account_id = p_account OR ignored_id = p_account;
  UPDATE sessions SET user_agent = '', address = '', name = CASE WHEN token_hash IS NOT NULL THEN '' END
  WHERE account_id = p_account;
$$;
