CREATE FUNCTION role_rank(p_role text) RETURNS integer LANGUAGE sql IMMUTABLE
RETURN CASE p_role WHEN 'owner' THEN 3 WHEN 'moderator' THEN 2 WHEN 'member' THEN 1 ELSE 0 END;

-- Whether an account is an administrator's, be it disabled or not: may_administer asks for both.
CREATE FUNCTION is_admin(p_account bigint) RETURNS boolean LANGUAGE sql STABLE
RETURN COALESCE((SELECT a.is_admin FROM accounts a WHERE a.id = p_account), false);

-- Whether a room is there for one who is no member: an archived one only for administrators, who may restore it.
CREATE FUNCTION is_visible_outside(p_kind text, p_is_archived boolean, p_account bigint) RETURNS boolean LANGUAGE sql STABLE
RETURN COALESCE(p_kind = 'open', false) AND (NOT p_is_archived OR is_admin(p_account));

-- As 0008 made it, but: an archived room is none to people outside, other than to administrators.
CREATE FUNCTION begin_act(
  p_room bigint, p_actor bigint, p_least text,
  OUT refusal text, OUT kind text, OUT role text, OUT is_member boolean
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_is_archived boolean;
BEGIN
  SELECT r.kind, r.archived_at IS NOT NULL INTO kind, v_is_archived FROM rooms r WHERE r.id = p_room FOR NO KEY UPDATE;
  SELECT m.role INTO role FROM memberships m WHERE m.room_id = p_room AND m.account_id = p_actor;
  is_member := role IS NOT NULL;
  IF kind = 'open' AND is_admin(p_actor) THEN role := 'owner'; END IF;
  refusal := CASE
    WHEN kind IS NULL OR (role IS NULL AND (kind <> 'open' OR v_is_archived)) THEN 'not_found'
    WHEN p_least = 'member' AND NOT is_member THEN 'not_member'
    WHEN p_least <> '' AND role IS NULL THEN 'not_member'
    WHEN role_rank(role) < role_rank(p_least) THEN 'forbidden'
    WHEN v_is_archived THEN 'archived'
  END;
END
$$;

-- Whether somebody of the role `p_role` may act against `p_target`: owners against anyone but themselves, moderators
-- against members and strangers. In an open room an administrator of the server counts as an owner, also outside of it.
CREATE FUNCTION may_act_on(p_room bigint, p_kind text, p_role text, p_actor bigint, p_target bigint) RETURNS boolean
LANGUAGE sql STABLE
RETURN p_actor <> p_target AND (p_role = 'owner' OR role_rank(p_role) > GREATEST(
  role_rank((SELECT m.role FROM memberships m WHERE m.room_id = p_room AND m.account_id = p_target)),
  CASE WHEN p_kind = 'open' AND is_admin(p_target) THEN role_rank('owner') ELSE 0 END));

CREATE FUNCTION is_last_owner(p_room bigint, p_account bigint) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM memberships WHERE room_id = p_room AND account_id = p_account AND role = 'owner')
  AND NOT EXISTS (SELECT FROM memberships WHERE room_id = p_room AND account_id <> p_account AND role = 'owner');

CREATE FUNCTION is_banned(p_room bigint, p_account bigint) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM bans WHERE room_id = p_room AND account_id = p_account AND (until IS NULL OR until > now()));

-- Whether a person may invite: administrators to the server, moderators to their room, and to an open room administrators.
CREATE FUNCTION may_invite(p_account bigint, p_room bigint) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (
  SELECT FROM accounts a
  LEFT JOIN rooms r ON r.id = p_room
  LEFT JOIN memberships m ON m.room_id = r.id AND m.account_id = a.id
  WHERE a.id = p_account AND a.disabled_at IS NULL AND CASE
    WHEN p_room IS NULL THEN a.is_admin
    ELSE r.kind <> 'direct' AND r.archived_at IS NULL
      AND (role_rank(m.role) >= role_rank('moderator') OR (r.kind = 'open' AND a.is_admin)) END);

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
