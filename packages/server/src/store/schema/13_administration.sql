-- Acts of administrators on accounts and networks. Links to a new password are in 11_sign_in.sql.

-- Disables or enables an account, and grants or revokes administration. Null leaves a setting as it is. Disabling ends all sessions
-- and tokens, links and invitations; ended has the ids of the sessions. Administrators may, and the operator (null).
-- Refuses as begin_administration, and with self (nobody disables their own account), last_administrator.
CREATE OR REPLACE FUNCTION change_account_rights(
  p_actor bigint, p_target bigint, p_disabled boolean, p_admin boolean, p_at timestamptz, OUT outcome text, OUT ended bigint[]
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_subject jsonb := jsonb_build_object('userId', p_target);
BEGIN
  outcome := begin_administration(p_actor, p_target);
  IF outcome IS NOT NULL THEN RETURN; END IF;
  IF p_disabled AND p_actor = p_target THEN outcome := 'self'; RETURN; END IF;
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
  IF p_disabled OR NOT p_admin THEN PERFORM end_links_made_by(p_target); END IF;
  IF p_disabled THEN
    PERFORM end_links(p_target);
    DELETE FROM invitations WHERE account_id = p_target;
    ended := end_all_sessions(p_target, NULL, true, p_at, p_actor);
  END IF;
  outcome := 'done';
END
$$;

-- Ends a session or token of an account, or all (p_session is null). ended has the ids; unchanged if there was none.
-- Administrators may, and the operator (null). Refuses as begin_administration.
CREATE OR REPLACE FUNCTION end_account_sessions(
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

-- Lets a username be registered again that a deleted account had. Administrators may, and the operator (null).
-- Returns done, unchanged (no deleted account had it) or not_administrator.
CREATE OR REPLACE FUNCTION release_username(p_actor bigint, p_username text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_account bigint;
BEGIN
  PERFORM FROM store_state FOR UPDATE;
  IF p_actor IS NOT NULL AND NOT may_administer(p_actor) THEN RETURN 'not_administrator'; END IF;
  DELETE FROM retired_usernames WHERE hash = username_key(p_username) RETURNING account_id INTO v_account;
  IF v_account IS NULL THEN RETURN 'unchanged'; END IF;
  PERFORM audit(p_actor, 'account.release-name', jsonb_build_object('userId', v_account));
  RETURN 'done';
END
$$;

-- Bans a network until a time, or until the ban is lifted (null). It replaces a ban of the same network. Administrators may.
-- outcome is done, not_administrator, or too_many_bans (there are p_max).
CREATE OR REPLACE FUNCTION ban_address(
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

-- Lifts the ban of a network. Administrators may. Returns done, unchanged (no such ban) or not_administrator.
CREATE OR REPLACE FUNCTION unban_address(p_actor bigint, p_ban bigint) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
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
