-- What administrators do with accounts and addresses. Each act is judged under the lock of the store's one row of state, which all
-- acts on administrators take, so that of two who take each other's rights away at once one is the last.

-- One-use links to a new password.
CREATE TABLE account_resets (
  -- SHA-256 of the token, which is random: nothing slower is needed.
  hash bytea PRIMARY KEY,
  account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);
CREATE INDEX account_resets_account ON account_resets (account_id);

-- Networks that may not use the server.
CREATE TABLE address_bans (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  range cidr NOT NULL UNIQUE,
  reason text NOT NULL,
  -- Null: until it is lifted.
  until timestamptz,
  -- No reference: the ban outlives the account of who made it.
  by_id bigint NOT NULL,
  at timestamptz NOT NULL
);

-- Whether an account may administer the server: it is an administrator's, and not disabled.
CREATE FUNCTION may_administer(p_account bigint) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM accounts WHERE id = p_account AND is_admin AND disabled_at IS NULL);

-- Whether the server would have no administrator without this account. To be asked under the lock of store_state.
CREATE FUNCTION is_last_administrator(p_account bigint) RETURNS boolean LANGUAGE sql STABLE
RETURN may_administer(p_account)
  AND NOT EXISTS (SELECT FROM accounts WHERE is_admin AND disabled_at IS NULL AND id <> p_account);

-- Begins an act of an administrator on an account: why it may not be, or null; null for p_actor is the operator. One that was
-- deleted is none any more.
CREATE FUNCTION begin_administration(p_actor bigint, p_target bigint) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM FROM store_state FOR UPDATE;
  IF p_actor IS NOT NULL AND NOT may_administer(p_actor) THEN RETURN 'not_administrator'; END IF;
  PERFORM FROM accounts WHERE id = p_target AND deleted_at IS NULL FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN 'no_account'; END IF;
  RETURN NULL;
END
$$;

-- Disables an account, which ends all its sessions and tokens, or enables it; null leaves a right as it is. With the ids of
-- what ended.
CREATE FUNCTION administer(
  p_actor bigint, p_target bigint, p_disabled boolean, p_admin boolean, p_at timestamptz, OUT outcome text, OUT ended bigint[]
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_subject jsonb := jsonb_build_object('userId', p_target);
BEGIN
  outcome := begin_administration(p_actor, p_target);
  IF outcome IS NOT NULL THEN RETURN; END IF;
  IF p_disabled AND p_actor = p_target THEN outcome := 'oneself'; RETURN; END IF;
  IF (p_disabled OR NOT p_admin) AND is_last_administrator(p_target) THEN outcome := 'last_administrator'; RETURN; END IF;
  UPDATE accounts SET is_admin = p_admin WHERE id = p_target AND is_admin <> p_admin;
  IF FOUND THEN
    PERFORM audit(p_actor, CASE WHEN p_admin THEN 'account.grant-admin' ELSE 'account.revoke-admin' END, v_subject);
  END IF;
  UPDATE accounts SET disabled_at = CASE WHEN p_disabled THEN p_at END
  WHERE id = p_target AND (disabled_at IS NOT NULL) <> p_disabled;
  IF FOUND THEN
    PERFORM audit(p_actor, CASE WHEN p_disabled THEN 'account.disable' ELSE 'account.enable' END, v_subject);
  END IF;
  IF p_disabled THEN ended := end_all_sessions(p_target, NULL, true, p_at, p_actor); END IF;
  outcome := 'done';
END
$$;

-- As administer, for one session or token of an account, or (null) all; outcome is unchanged where there is none.
CREATE FUNCTION administer_sessions(
  p_actor bigint, p_target bigint, p_session bigint, p_at timestamptz, OUT outcome text, OUT ended bigint[]
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  outcome := begin_administration(p_actor, p_target);
  IF outcome IS NOT NULL THEN RETURN; END IF;
  IF p_session IS NULL THEN
    ended := end_all_sessions(p_target, NULL, true, p_at, p_actor);
  ELSE
    ended := ARRAY(SELECT id FROM end_sessions(
      ARRAY(SELECT id FROM sessions WHERE id = p_session AND account_id = p_target AND ended_at IS NULL),
      p_at, p_actor, 'session.end', NULL) AS id);
  END IF;
  outcome := CASE WHEN cardinality(ended) > 0 THEN 'done' ELSE 'unchanged' END;
END
$$;

-- A link to a new password for an account; earlier ones are worth nothing from then on.
CREATE FUNCTION create_reset(p_actor bigint, p_target bigint, p_hash bytea, p_expires_at timestamptz) RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_refusal text := begin_administration(p_actor, p_target);
BEGIN
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  DELETE FROM account_resets WHERE account_id = p_target;
  INSERT INTO account_resets (hash, account_id, expires_at) VALUES (p_hash, p_target, p_expires_at);
  PERFORM audit(p_actor, 'account.reset-link', jsonb_build_object('userId', p_target));
  RETURN 'done';
END
$$;

-- Uses a link up: the account has the new password, and no session or token any more. The account's lock comes first, as
-- whoever makes a new link takes them: else each of the two might wait for the other.
CREATE FUNCTION use_reset(
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

-- Shuts a network out until a time or for good (null). A ban of the same network is replaced.
CREATE FUNCTION ban_address(
  p_actor bigint, p_range inet, p_reason text, p_until timestamptz, p_at timestamptz, p_max integer,
  OUT outcome text, OUT ban address_bans
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM FROM store_state FOR UPDATE;
  IF NOT may_administer(p_actor) THEN outcome := 'not_administrator'; RETURN; END IF;
  DELETE FROM address_bans WHERE until <= p_at OR range = network(p_range);
  IF (SELECT count(*) FROM address_bans) >= p_max THEN outcome := 'too_many_bans'; RETURN; END IF;
  INSERT INTO address_bans AS b (range, reason, until, by_id, at) VALUES (network(p_range), p_reason, p_until, p_actor, p_at)
  RETURNING b.* INTO ban;
  PERFORM audit(p_actor, 'address.ban', jsonb_build_object('range', ban.range::text, 'reason', NULLIF(p_reason, ''), 'until', iso_time(p_until)));
  outcome := 'done';
END
$$;

CREATE FUNCTION unban_address(p_actor bigint, p_ban bigint) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_range cidr;
BEGIN
  PERFORM FROM store_state FOR UPDATE;
  IF NOT may_administer(p_actor) THEN RETURN 'not_administrator'; END IF;
  DELETE FROM address_bans WHERE id = p_ban RETURNING range INTO v_range;
  IF v_range IS NULL THEN RETURN 'unchanged'; END IF;
  PERFORM audit(p_actor, 'address.unban', jsonb_build_object('range', v_range::text));
  RETURN 'done';
END
$$;
