-- As 0021 made it.
-- Uses a link up: the account has the new password, and no session or token any more.
CREATE OR REPLACE FUNCTION use_reset(
  p_hash bytea, p_password_hash text, p_at timestamptz, p_address text, OUT outcome text, OUT ended bigint[]
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_account bigint;
BEGIN
  DELETE FROM account_resets WHERE hash = p_hash AND expires_at > p_at RETURNING account_id INTO v_account;
  IF v_account IS NULL THEN outcome := 'unknown'; RETURN; END IF;
  UPDATE accounts SET password_hash = p_password_hash WHERE id = v_account AND deleted_at IS NULL;
  IF NOT FOUND THEN outcome := 'unknown'; RETURN; END IF;
  ended := end_all_sessions(v_account, NULL, true, p_at, v_account);
  PERFORM audit(v_account, 'account.reset', jsonb_build_object('userId', v_account, 'address', p_address));
  outcome := 'done';
END
$$;
