-- Sessions, personal tokens and passwords.

-- Creates a personal token for a person in their session p_session. p_room: the only room for it, or null. p_expires_at: null for
-- never. outcome is done, too_many (they have p_max tokens already), or ended: the session is over. The lock of its row ensures
-- that a session leaves no token behind when it ends.
CREATE OR REPLACE FUNCTION create_token(
  p_account bigint, p_session bigint, p_hash bytea, p_name text, p_scopes text[], p_room bigint,
  p_at timestamptz, p_expires_at timestamptz, p_max integer, OUT outcome text, OUT token_id bigint
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_session sessions;
BEGIN
  PERFORM FROM accounts WHERE id = p_account FOR NO KEY UPDATE;
  SELECT * INTO v_session FROM sessions WHERE id = p_session AND ended_at IS NULL FOR SHARE;
  IF v_session.id IS NULL THEN outcome := 'ended'; RETURN; END IF;
  IF (
    SELECT count(*) FROM sessions
    WHERE account_id = p_account AND token_hash IS NOT NULL AND ended_at IS NULL AND expires_at > p_at) >= p_max THEN
    outcome := 'too_many'; RETURN;
  END IF;
  INSERT INTO sessions (
    account_id, created_at, last_used_at, expires_at, user_agent, address, token_hash, name, scopes, room_id, maker_id)
  VALUES (p_account, p_at, p_at, COALESCE(p_expires_at, 'infinity'), '', '', p_hash, p_name, p_scopes, p_room,
    CASE WHEN v_session.token_hash IS NOT NULL THEN v_session.id END)
  RETURNING id INTO token_id;
  PERFORM audit(p_account, 'token.create', jsonb_build_object(
    'userId', p_account, 'tokenId', token_id, 'name', p_name, 'scopes', to_jsonb(p_scopes), 'roomId', p_room, 'sessionId', p_session));
  outcome := 'done';
END
$$;

-- Ends sessions and tokens, and the tokens that those created. Returns the ids of all that were still running.
-- Audits each as p_act, tokens as token.revoke. p_actor: null if nobody is signed in. p_address: the request's address, or null.
CREATE OR REPLACE FUNCTION end_sessions(p_ids bigint[], p_at timestamptz, p_actor bigint, p_act text, p_address text)
RETURNS SETOF bigint
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
BEGIN
  FOR v IN
    WITH RECURSIVE gone AS (
      SELECT unnest(p_ids) AS id
      UNION
      SELECT s.id FROM sessions s JOIN gone g ON s.maker_id = g.id
    )
    UPDATE sessions s SET ended_at = p_at WHERE s.id IN (SELECT id FROM gone) AND s.ended_at IS NULL
    RETURNING s.id, s.account_id, s.token_hash IS NOT NULL AS is_token
  LOOP
    PERFORM audit(p_actor, CASE WHEN v.is_token THEN 'token.revoke' ELSE p_act END, jsonb_build_object(
      'userId', v.account_id, CASE WHEN v.is_token THEN 'tokenId' ELSE 'sessionId' END, v.id, 'address', p_address));
    RETURN NEXT v.id;
  END LOOP;
END
$$;

-- Ends all logins of an account except p_keep (null: none), and its tokens if p_with_tokens. Returns the ids of those that ended.
CREATE OR REPLACE FUNCTION end_all_sessions(
  p_account bigint, p_keep bigint, p_with_tokens boolean, p_at timestamptz, p_actor bigint
) RETURNS bigint[] LANGUAGE sql VOLATILE AS $$
  SELECT ARRAY (
    SELECT id FROM end_sessions(ARRAY (
      SELECT id FROM sessions
      WHERE account_id = p_account AND id IS DISTINCT FROM p_keep AND ended_at IS NULL
        AND (p_with_tokens OR token_hash IS NULL)
    ), p_at, p_actor, 'session.end', NULL) AS id)
$$;

-- Ends what could still set a password or open a socket for an account: reset links and tickets. Every change of the password or
-- the email calls it, and so does the disabling of the account.
CREATE OR REPLACE FUNCTION end_links(p_account bigint) RETURNS void LANGUAGE sql VOLATILE AS $$
  DELETE FROM account_resets WHERE account_id = p_account;
  DELETE FROM tickets t USING sessions s WHERE s.id = t.session_id AND s.account_id = p_account;
$$;

-- Ends the reset links that an account made for others: it may no longer administer the server, or its old password may have been
-- in other hands.
CREATE OR REPLACE FUNCTION end_links_made_by(p_account bigint) RETURNS void LANGUAGE sql VOLATILE AS $$
  DELETE FROM account_resets WHERE maker_id = p_account;
$$;

-- Changes a password, if its hash is still p_from, which the caller has checked. Ends the account's logins except p_keep, and its
-- tokens if p_with_tokens. A login that checked the old password meanwhile waits for the account's row and is rejected: see
-- the insert in store/sessions.ts.
CREATE OR REPLACE FUNCTION change_password(
  p_account bigint, p_from text, p_to text, p_keep bigint, p_with_tokens boolean, p_at timestamptz,
  OUT is_changed boolean, OUT ended bigint[]
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  UPDATE accounts SET password_hash = p_to WHERE id = p_account AND password_hash = p_from;
  is_changed := FOUND;
  IF NOT is_changed THEN RETURN; END IF;
  PERFORM end_links(p_account);
  PERFORM end_links_made_by(p_account);
  PERFORM audit(p_account, 'account.password', jsonb_build_object('userId', p_account));
  ended := end_all_sessions(p_account, p_keep, p_with_tokens, p_at, p_account);
END
$$;

-- Sets or removes (null) the email of an account. Ends its reset links. Its owner may, with the password, which the caller has
-- checked. Throws a unique violation for an email that is taken.
CREATE OR REPLACE FUNCTION change_email(p_account bigint, p_email text) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  UPDATE accounts SET email = p_email WHERE id = p_account AND email IS DISTINCT FROM p_email AND deleted_at IS NULL;
  IF NOT FOUND THEN RETURN; END IF;
  PERFORM end_links(p_account);
  PERFORM audit(p_account, 'account.email', jsonb_build_object('userId', p_account));
END
$$;

-- Creates a link to set a new password, and invalidates earlier ones. Administrators may, and the operator (null).
-- Returns done or a refusal of begin_administration.
CREATE OR REPLACE FUNCTION create_reset(p_actor bigint, p_target bigint, p_hash bytea, p_expires_at timestamptz) RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_refusal text := begin_administration(p_actor, p_target);
BEGIN
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  DELETE FROM account_resets WHERE account_id = p_target;
  INSERT INTO account_resets (hash, account_id, maker_id, expires_at) VALUES (p_hash, p_target, p_actor, p_expires_at);
  PERFORM audit(p_actor, 'account.reset-link', jsonb_build_object('userId', p_target));
  RETURN 'done';
END
$$;

-- Uses a link: sets the new password, and ends all sessions and tokens. Anyone with the link may. outcome is done, or unknown if
-- the link is wrong, used, expired or replaced. Locks the account before the link, as create_reset does, to avoid a deadlock.
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
  PERFORM end_links(v_account);
  PERFORM end_links_made_by(v_account);
  ended := end_all_sessions(v_account, NULL, true, p_at, v_account);
  PERFORM audit(v_account, 'account.reset', jsonb_build_object('userId', v_account, 'address', p_address));
  outcome := 'done';
END
$$;

-- Adds a person to those whom an account ignores: done, unchanged (already there), or too_many (there are p_max). Its owner may.
-- The account's lock keeps the count exact.
CREATE OR REPLACE FUNCTION ignore_person(p_account bigint, p_ignored bigint, p_max integer) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM FROM accounts WHERE id = p_account FOR NO KEY UPDATE;
  IF EXISTS (SELECT FROM ignored WHERE account_id = p_account AND ignored_id = p_ignored) THEN RETURN 'unchanged'; END IF;
  IF (SELECT count(*) FROM ignored WHERE account_id = p_account) >= p_max THEN RETURN 'too_many'; END IF;
  INSERT INTO ignored (account_id, ignored_id, at) VALUES (p_account, p_ignored, now());
  RETURN 'done';
END
$$;
