-- As before, but with the account's lock first, as whoever makes a new link takes them: else each of the two might wait for the
-- other.
CREATE OR REPLACE FUNCTION use_reset(
  p_hash bytea, p_password_hash text, p_at timestamptz, p_address text, OUT outcome text, OUT ended bigint[]
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_account bigint;
BEGIN
  PERFORM FROM accounts WHERE id = (SELECT account_id FROM account_resets WHERE hash = p_hash) FOR NO KEY UPDATE;
  DELETE FROM account_resets WHERE hash = p_hash AND expires_at > p_at RETURNING account_id INTO v_account;
  IF v_account IS NULL THEN outcome := 'unknown'; RETURN; END IF;
  UPDATE accounts SET password_hash = p_password_hash WHERE id = v_account AND deleted_at IS NULL;
  IF NOT FOUND THEN outcome := 'unknown'; RETURN; END IF;
  ended := end_all_sessions(v_account, NULL, true, p_at, v_account);
  PERFORM audit(v_account, 'account.reset', jsonb_build_object('userId', v_account, 'address', p_address));
  outcome := 'done';
END
$$;
