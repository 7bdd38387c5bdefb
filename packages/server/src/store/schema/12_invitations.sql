-- Invitations and registration.

-- Creates an invitation for p_seconds, to a room or to the server (p_room is null). may_invite says who may.
-- p_max_uses: null for no limit. p_live_max: how many usable invitations an account may have. The account's lock keeps that count
-- exact. Refuses as begin_act, and with not_administrator, too_many.
CREATE OR REPLACE FUNCTION create_invitation(
  p_hash bytea, p_actor bigint, p_room bigint, p_max_uses integer, p_seconds integer, p_live_max integer,
  OUT outcome text, OUT id bigint, OUT created_at timestamptz, OUT expires_at timestamptz, OUT room_name text
) LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
BEGIN
  IF p_room IS NOT NULL THEN
    SELECT v.refusal INTO outcome FROM begin_act(p_room, p_actor, 'moderator') v;
    IF outcome IS NOT NULL THEN RETURN; END IF;
  END IF;
  PERFORM FROM accounts WHERE accounts.id = p_actor FOR NO KEY UPDATE;
  IF NOT may_invite(p_actor, p_room) THEN outcome := 'not_administrator'; RETURN; END IF;
  IF (
    SELECT count(*) FROM invitations i
    WHERE i.account_id = p_actor AND i.expires_at > now() AND (i.max_uses IS NULL OR i.uses < i.max_uses)
  ) >= p_live_max THEN outcome := 'too_many'; RETURN; END IF;
  INSERT INTO invitations AS i (hash, account_id, room_id, created_at, expires_at, max_uses)
  VALUES (p_hash, p_actor, p_room, date_trunc('milliseconds', now()),
          date_trunc('milliseconds', now()) + p_seconds * interval '1 s', p_max_uses)
  RETURNING i.id, i.created_at, i.expires_at INTO id, created_at, expires_at;
  SELECT r.name INTO room_name FROM rooms r WHERE r.id = p_room;
  PERFORM audit(p_actor, 'invitation.create', jsonb_build_object(
    'invitationId', id, 'roomId', p_room, 'maxUses', p_max_uses, 'expiresAt', iso_time(expires_at)));
  outcome := 'done';
END
$$;

-- Whether an invitation can be used now: not expired, not used up, and its maker may still invite.
CREATE OR REPLACE FUNCTION is_usable(p invitations) RETURNS boolean LANGUAGE sql STABLE
RETURN (p).expires_at > now() AND ((p).max_uses IS NULL OR (p).uses < (p).max_uses) AND may_invite((p).account_id, (p).room_id);

-- Revokes an invitation, given its id or the hash of its code. Its maker may, and anyone who may create one like it.
-- Returns whether there was one that the caller may revoke.
CREATE OR REPLACE FUNCTION revoke_invitation(p_actor bigint, p_id bigint, p_hash bytea) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v invitations;
BEGIN
  DELETE FROM invitations i
  WHERE (i.id = p_id OR i.hash = p_hash) AND i.expires_at > now()
    AND (i.account_id = p_actor OR may_invite(p_actor, i.room_id))
  RETURNING i.* INTO v;
  IF v.id IS NULL THEN RETURN false; END IF;
  PERFORM audit(p_actor, 'invitation.revoke', jsonb_build_object(
    'invitationId', v.id, 'roomId', v.room_id, 'userId', v.account_id, 'uses', v.uses));
  RETURN true;
END
$$;

-- Uses an invitation once and returns it, or no row if it cannot be used. p_is_admins: an administrator must have made it.
-- Parallel uses cannot exceed its limit: each waits for the row and checks the count again.
CREATE OR REPLACE FUNCTION use_invitation(p_hash bytea, p_is_admins boolean) RETURNS SETOF invitations LANGUAGE sql VOLATILE AS $$
  UPDATE invitations i SET uses = i.uses + 1
  WHERE i.hash = p_hash AND i.expires_at > now() AND (i.max_uses IS NULL OR i.uses < i.max_uses)
    AND may_invite(i.account_id, i.room_id)
    AND (NOT p_is_admins OR is_admin(i.account_id))
  RETURNING i.*;
$$;

-- Audits the use of an invitation.
CREATE OR REPLACE FUNCTION audit_invitation_use(p invitations, p_account bigint) RETURNS void LANGUAGE sql VOLATILE AS $$
  SELECT audit(p_account, 'invitation.use', jsonb_build_object(
    'invitationId', (p).id, 'roomId', (p).room_id, 'userId', (p).account_id));
$$;

-- Returns the key by which a retired username is found: names that differ only in case have one key.
CREATE OR REPLACE FUNCTION username_key(p_username text) RETURNS bytea LANGUAGE sql IMMUTABLE
RETURN sha256(convert_to(lower(p_username COLLATE "C"), 'UTF8'));

-- Registers an account. Anyone may register the store's first account, which becomes administrator. If p_only_as_first, a later
-- account needs an invitation that an administrator made. Otherwise an invitation is optional, and anyone's will do.
-- outcome is done, invitation_required (p_only_as_first, and there is an account), or invitation (it cannot be used).
-- Throws a unique violation for a name or email that is taken, and for the name of a deleted account; the invitation stays unused.
CREATE OR REPLACE FUNCTION create_account(
  p_username text, p_email text, p_password_hash text, p_only_as_first boolean, p_address text, p_invitation bytea,
  OUT outcome text, OUT id bigint, OUT username text, OUT is_admin boolean
) LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
  v invitations;
BEGIN
  UPDATE store_state SET has_admin = true WHERE NOT has_admin;
  is_admin := FOUND;
  IF NOT is_admin AND p_invitation IS NOT NULL THEN
    SELECT * INTO v FROM use_invitation(p_invitation, p_only_as_first);
    IF v.id IS NULL THEN outcome := 'invitation'; RETURN; END IF;
  ELSIF NOT is_admin AND p_only_as_first THEN
    outcome := 'invitation_required'; RETURN;
  END IF;
  INSERT INTO accounts AS a (username, email, password_hash, is_admin)
  VALUES (p_username, p_email, p_password_hash, is_admin)
  RETURNING a.id, a.username INTO id, username;
  -- After the insert, which waits for a deletion of the same name that is under way.
  IF EXISTS (SELECT FROM retired_usernames WHERE hash = username_key(p_username)) THEN
    RAISE unique_violation USING CONSTRAINT = 'retired_usernames_key', MESSAGE = 'a deleted account had this username';
  END IF;
  IF v.room_id IS NOT NULL THEN INSERT INTO invited VALUES (v.id, id); END IF;
  PERFORM audit(id, 'account.register', jsonb_build_object(
    'userId', id, 'address', p_address, 'admin', NULLIF(is_admin, false)));
  IF v.id IS NOT NULL THEN PERFORM audit_invitation_use(v, id); END IF;
  outcome := 'done';
END
$$;

-- Joins a room with an invitation, which works for closed rooms too. Anyone with its code may. This uses the invitation once, but
-- not for a person who registered with it, nor for a member (unchanged). The first person in an empty room becomes its owner.
-- Refuses with banned and no_invitation.
CREATE OR REPLACE FUNCTION append_enter(
  p_room bigint, p_actor bigint, p_invitation bytea, OUT outcome text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v record;
  v_used invitations;
BEGIN
  -- It takes the lock. The invitation decides instead of its refusal.
  SELECT * INTO v FROM begin_act(p_room, p_actor, '');
  IF v.is_member THEN outcome := 'unchanged'; RETURN; END IF;
  IF is_banned(p_room, p_actor) THEN outcome := 'banned'; RETURN; END IF;
  DELETE FROM invited d USING invitations i
  WHERE d.account_id = p_actor AND i.id = d.invitation_id AND i.hash = p_invitation AND i.room_id = p_room
    AND may_invite(i.account_id, p_room)
  RETURNING i.* INTO v_used;
  IF v_used.id IS NULL THEN
    SELECT * INTO v_used FROM use_invitation(p_invitation, false);
    IF v_used.id IS NULL THEN outcome := 'no_invitation'; RETURN; END IF;
    PERFORM audit_invitation_use(v_used, p_actor);
  END IF;
  SELECT e.seq, e.at INTO seq, at FROM record_event(p_room, 'join', p_actor, NULL, NULL) e;
  PERFORM add_member(
    p_room, p_actor,
    CASE WHEN EXISTS (SELECT FROM memberships WHERE room_id = p_room) THEN 'member' ELSE 'owner' END, seq, at, true);
  DELETE FROM requests q WHERE q.room_id = p_room AND q.account_id = p_actor;
  outcome := 'done';
END
$$;
