-- Rights: on a room, on a person, on the server. docs/rights.md lists every act, and who may do it.

-- Returns the rank of a role: owner 3, moderator 2, member 1, none 0. A test compares it with the roles in TypeScript.
CREATE OR REPLACE FUNCTION role_rank(p_role text) RETURNS integer LANGUAGE sql IMMUTABLE
RETURN CASE p_role WHEN 'owner' THEN 3 WHEN 'moderator' THEN 2 WHEN 'member' THEN 1 ELSE 0 END;

-- Whether an account is an administrator, even a disabled one. See may_administer.
CREATE OR REPLACE FUNCTION is_admin(p_account bigint) RETURNS boolean LANGUAGE sql STABLE
RETURN COALESCE((SELECT a.is_admin FROM accounts a WHERE a.id = p_account), false);

-- Whether a person outside of a room can see it: open rooms, and archived ones only as an administrator, who may restore them.
CREATE OR REPLACE FUNCTION is_visible_to_outsider(p_kind text, p_is_archived boolean, p_account bigint) RETURNS boolean LANGUAGE sql STABLE
RETURN COALESCE(p_kind = 'open', false) AND (NOT p_is_archived OR is_admin(p_account));

-- Begins an act on a room: locks the room and checks whether `p_actor` has at least the role `p_least` in it ('': anyone).
-- refusal: null if they may act, else
--   not_found (no such room, or they cannot see it), not_member, forbidden (their role is too low), archived.
-- role: their role in the room. In an open room an administrator counts as an owner, as a member or not: is_member tells.
-- A direct room has members only, so nobody there has a moderator's rights.
--
-- Every act on a room (append_kick …) starts with it and returns one row: outcome is done, unchanged or a refusal, which
-- rows/refusals.ts turns into an error. If done, seq and at are those of the event.
CREATE OR REPLACE FUNCTION begin_act(
  p_room bigint, p_actor bigint, p_least text,
  OUT refusal text, OUT kind text, OUT role text, OUT is_member boolean
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  -- Never name a variable "found" here: PL/pgSQL has one of that name in every function and would set that.
  v_is_archived boolean;
BEGIN
  SELECT r.kind, r.archived_at IS NOT NULL INTO kind, v_is_archived FROM rooms r WHERE r.id = p_room FOR NO KEY UPDATE;
  -- A statement of its own: its snapshot is newer than the wait for the lock.
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

-- Whether `p_actor`, who has the role `p_role` in the room, may act against `p_target`. Nobody may act against themselves.
-- Owners may act against anyone else, moderators against members and people outside. In an open room an administrator counts as
-- an owner, as a member or not.
CREATE OR REPLACE FUNCTION may_act_on(p_room bigint, p_kind text, p_role text, p_actor bigint, p_target bigint) RETURNS boolean
LANGUAGE sql STABLE
RETURN p_actor <> p_target AND (p_role = 'owner' OR role_rank(p_role) > GREATEST(
  role_rank((SELECT m.role FROM memberships m WHERE m.room_id = p_room AND m.account_id = p_target)),
  CASE WHEN p_kind = 'open' AND is_admin(p_target) THEN role_rank('owner') ELSE 0 END));

-- How many owners of a room can act: disabled accounts do not count.
CREATE OR REPLACE FUNCTION count_owners(p_room bigint) RETURNS bigint LANGUAGE sql STABLE
RETURN (
  SELECT count(*) FROM memberships m JOIN accounts a ON a.id = m.account_id
  WHERE m.room_id = p_room AND m.role = 'owner' AND a.disabled_at IS NULL);

-- Whether a room would have no owner who can act without this person, who is one of its owners.
CREATE OR REPLACE FUNCTION is_last_owner(p_room bigint, p_account bigint) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM memberships WHERE room_id = p_room AND account_id = p_account AND role = 'owner')
  AND NOT EXISTS (
    SELECT FROM memberships m JOIN accounts a ON a.id = m.account_id
    WHERE m.room_id = p_room AND m.account_id <> p_account AND m.role = 'owner' AND a.disabled_at IS NULL);

-- Whether a person is banned from a room now.
CREATE OR REPLACE FUNCTION is_banned(p_room bigint, p_account bigint) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM bans WHERE room_id = p_room AND account_id = p_account AND (until IS NULL OR until > now()));

-- Whether a person may invite people: to the server (p_room is null) administrators, to a room its moderators and owners, and to
-- an open room also administrators. Nobody invites to a direct or an archived room, and a disabled account invites nobody.
CREATE OR REPLACE FUNCTION may_invite(p_account bigint, p_room bigint) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (
  SELECT FROM accounts a
  LEFT JOIN rooms r ON r.id = p_room
  LEFT JOIN memberships m ON m.room_id = r.id AND m.account_id = a.id
  WHERE a.id = p_account AND a.disabled_at IS NULL AND CASE
    WHEN p_room IS NULL THEN a.is_admin
    ELSE r.kind <> 'direct' AND r.archived_at IS NULL
      AND (role_rank(m.role) >= role_rank('moderator') OR (r.kind = 'open' AND a.is_admin)) END);

-- Whether an account may administer the server: it is an administrator and not disabled.
CREATE OR REPLACE FUNCTION may_administer(p_account bigint) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM accounts WHERE id = p_account AND is_admin AND disabled_at IS NULL);

-- Whether the server would have no administrator without this account. Call it while holding the lock of store_state.
CREATE OR REPLACE FUNCTION is_last_administrator(p_account bigint) RETURNS boolean LANGUAGE sql STABLE
RETURN may_administer(p_account)
  AND NOT EXISTS (SELECT FROM accounts WHERE is_admin AND disabled_at IS NULL AND id <> p_account);

-- Begins an act of an administrator on an account. Locks store_state, so that of two administrators who act against each other
-- the second is checked after the first; then locks the account. A null actor is the operator, who may do all of it.
-- Returns null if they may act, else not_administrator or no_account (none, or deleted).
CREATE OR REPLACE FUNCTION begin_administration(p_actor bigint, p_target bigint) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM FROM store_state FOR UPDATE;
  IF p_actor IS NOT NULL AND NOT may_administer(p_actor) THEN RETURN 'not_administrator'; END IF;
  PERFORM FROM accounts WHERE id = p_target AND deleted_at IS NULL FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN 'no_account'; END IF;
  RETURN NULL;
END
$$;
