-- What people say of themselves and change of themselves.
ALTER TABLE accounts
  ADD COLUMN display_name text,
  ADD COLUMN about text,
  -- A name of the IANA database.
  ADD COLUMN time_zone text;

-- Gives an account another password, if it still has the one that was proved; its other logins end, and on demand its tokens.
-- A login that has proved the old one meanwhile waits for the account's row and is refused: see the insert of sessions.
CREATE FUNCTION change_password(
  p_account bigint, p_from text, p_to text, p_keep bigint, p_with_tokens boolean, p_at timestamptz,
  OUT is_changed boolean, OUT ended bigint[]
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  UPDATE accounts SET password_hash = p_to WHERE id = p_account AND password_hash = p_from;
  is_changed := FOUND;
  IF NOT is_changed THEN RETURN; END IF;
  PERFORM audit(p_account, 'account.password', jsonb_build_object('userId', p_account));
  ended := end_all_sessions(p_account, p_keep, p_with_tokens, p_at, p_account);
END
$$;

-- Ends the logins of an account but p_keep, and on demand its tokens; what ended by this.
CREATE FUNCTION end_all_sessions(
  p_account bigint, p_keep bigint, p_with_tokens boolean, p_at timestamptz, p_actor bigint
) RETURNS bigint[] LANGUAGE sql VOLATILE AS $$
  SELECT ARRAY (
    SELECT id FROM end_sessions(ARRAY (
      SELECT id FROM sessions
      WHERE account_id = p_account AND id IS DISTINCT FROM p_keep AND ended_at IS NULL
        AND (p_with_tokens OR token_hash IS NULL)
    ), p_at, p_actor, 'session.end', NULL) AS id)
$$;
