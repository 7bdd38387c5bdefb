-- Members of a room: joins and leaves in crowds, and how other acts add and remove a member.

-- Stores a batch of joins and leaves (p_kinds: join or leave) in the order of the arrays. Each person may occur once per room:
-- twice violates a unique key, and nothing is stored. Anyone may join an open room, any member may leave.
-- A person who left by themselves is only asked back (schema/15_requests.sql).
-- A person who joins an empty room becomes its owner. The last owner who can act cannot leave while others are in the room.
-- Returns a row per item, numbered from 1. outcome is done (then seq and at are the event's), unchanged, or a refusal: not_found,
-- archived, banned, last_owner.
-- Locks and planner settings are those of append_messages, for the same reasons.
CREATE OR REPLACE FUNCTION append_joins_and_leaves(p_rooms bigint[], p_accounts bigint[], p_kinds text[])
RETURNS TABLE (item integer, outcome text, seq bigint, at timestamptz)
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_at timestamptz;
BEGIN
  IF NOT p_kinds <@ ARRAY['join', 'leave'] THEN RAISE EXCEPTION 'a batch holds joins and leaves only: %', p_kinds; END IF;
  PERFORM 1 FROM rooms WHERE rooms.id = ANY (p_rooms) ORDER BY rooms.id FOR NO KEY UPDATE;
  v_at := date_trunc('milliseconds', clock_timestamp());
  RETURN QUERY
  WITH asked AS MATERIALIZED (
    SELECT b.ord::integer AS item, b.room_id, b.account_id, b.kind, r.last_seq, r.message_count, r.member_count, r.slow_ms,
           r.kind AS room_kind, r.archived_at IS NOT NULL AS is_archived, m.role,
           x.restraint, x.muted_until, x.last_sent_at,
           -- Numbers the leaving owners, so that the last of them can be refused.
           row_number() OVER (PARTITION BY b.room_id, b.kind, m.role ORDER BY b.ord) AS place
    FROM unnest(p_rooms, p_accounts, p_kinds) WITH ORDINALITY AS b(room_id, account_id, kind, ord)
    LEFT JOIN LATERAL (
      SELECT kind, last_seq, message_count, member_count, slow_ms, archived_at FROM rooms WHERE rooms.id = b.room_id) r ON true
    LEFT JOIN LATERAL (
      SELECT role FROM memberships WHERE memberships.room_id = b.room_id AND memberships.account_id = b.account_id) m ON true
    LEFT JOIN LATERAL (
      SELECT ctid AS restraint, muted_until, last_sent_at FROM restraints
      WHERE restraints.room_id = b.room_id AND restraints.account_id = b.account_id) x ON true
  ), admitted AS MATERIALIZED (
    SELECT a.*,
           CASE
             WHEN a.role IS NULL AND NOT is_visible_to_outsider(a.room_kind, a.is_archived, a.account_id) THEN 'not_found'
             WHEN (a.kind = 'join') = (a.role IS NOT NULL) THEN 'unchanged'
             WHEN a.kind = 'join' AND a.is_archived THEN 'archived'
             WHEN a.kind = 'join' AND (
               SELECT b.until IS NULL OR b.until > v_at FROM bans b
               WHERE b.room_id = a.room_id AND b.account_id = a.account_id) THEN 'banned'
             ELSE 'done'
           END AS verdict
    FROM asked a
  ), judged AS MATERIALIZED (
    SELECT a.*,
           CASE
             WHEN a.verdict = 'done' AND a.kind = 'leave' AND a.role = 'owner'
               -- People who joined earlier in the batch count too.
               AND a.member_count + count(*) FILTER (WHERE a.verdict = 'done' AND a.kind = 'join') OVER so_far > 1
               AND a.place >= count_owners(a.room_id) THEN 'last_owner'
             ELSE a.verdict
           END AS outcome
    FROM admitted a
    WINDOW so_far AS (PARTITION BY a.room_id ORDER BY a.item)
  ), numbered AS MATERIALIZED (
    SELECT j.*, j.outcome = 'done' AS is_done,
           j.last_seq + sum((j.outcome = 'done')::integer) OVER so_far::bigint AS new_seq,
           j.member_count + sum(CASE WHEN j.outcome <> 'done' THEN 0 WHEN j.kind = 'join' THEN 1 ELSE -1 END) OVER so_far
             AS members_then
    FROM judged j
    WINDOW so_far AS (PARTITION BY j.room_id ORDER BY j.item)
  ), insert_events AS (
    INSERT INTO events (room_id, seq, kind, account_id, at)
    SELECT n.room_id, n.new_seq, n.kind, n.account_id, v_at FROM numbered n WHERE n.is_done
  ), delete_restraints AS (
    -- By ctid, which is stable under the rooms' locks. The planner could run a join here from the wrong side.
    DELETE FROM restraints WHERE ctid = ANY (ARRAY(
      SELECT n.restraint FROM numbered n WHERE n.is_done AND n.kind = 'join' AND n.restraint IS NOT NULL))
  ), delete_requests AS (
    DELETE FROM requests USING numbered n
    WHERE n.is_done AND n.kind = 'join' AND requests.room_id = n.room_id AND requests.account_id = n.account_id
  ), insert_departures AS (
    INSERT INTO requests (room_id, account_id, state, at)
    SELECT n.room_id, n.account_id, 'askable', v_at FROM numbered n WHERE n.is_done AND n.kind = 'leave'
    ON CONFLICT (room_id, account_id) DO UPDATE SET state = 'askable', by_id = NULL, at = EXCLUDED.at
  ), insert_memberships AS (
    INSERT INTO memberships (room_id, account_id, role, joined_seq, read_seq, joined_at, read_ordinal, muted_until, last_sent_at)
    SELECT n.room_id, n.account_id, CASE WHEN n.members_then = 1 THEN 'owner' ELSE 'member' END,
           n.new_seq, n.new_seq, v_at, n.message_count, n.muted_until, n.last_sent_at
    FROM numbered n WHERE n.is_done AND n.kind = 'join'
  ), delete_memberships AS (
    DELETE FROM memberships USING numbered n
    WHERE n.is_done AND n.kind = 'leave' AND memberships.room_id = n.room_id AND memberships.account_id = n.account_id
    RETURNING n.room_id, n.account_id, n.slow_ms, memberships.muted_until, memberships.last_sent_at
  ), insert_restraints AS (
    INSERT INTO restraints (room_id, account_id, muted_until, last_sent_at)
    SELECT g.room_id, g.account_id, g.muted_until, g.last_sent_at FROM delete_memberships g
    WHERE is_restrained(g.muted_until, g.last_sent_at, g.slow_ms, v_at)
  ), update_rooms AS (
    UPDATE rooms SET last_seq = t.top, member_count = member_count + t.change
    FROM (
      SELECT n.room_id, max(n.new_seq) AS top, sum(CASE n.kind WHEN 'join' THEN 1 ELSE -1 END)::integer AS change
      FROM numbered n WHERE n.is_done GROUP BY n.room_id
    ) t
    WHERE rooms.id = t.room_id
  )
  SELECT n.item, n.outcome, n.new_seq, v_at FROM numbered n;
END
$$;

-- Adds a member. Their mute and slow-mode wait from an earlier membership apply again. The caller holds the room's lock and has
-- recorded the event at `p_seq`. p_is_chosen: whether the person came by their own act.
CREATE OR REPLACE FUNCTION add_member(p_room bigint, p_account bigint, p_role text, p_seq bigint, p_at timestamptz, p_is_chosen boolean)
RETURNS void
LANGUAGE sql VOLATILE AS $$
  WITH bound AS (DELETE FROM restraints WHERE room_id = p_room AND account_id = p_account RETURNING muted_until, last_sent_at)
  INSERT INTO memberships (room_id, account_id, role, joined_seq, read_seq, joined_at, read_ordinal, muted_until, last_sent_at, is_chosen)
  SELECT p_room, p_account, p_role, p_seq, p_seq, p_at, r.message_count, b.muted_until, b.last_sent_at, p_is_chosen
  FROM rooms r LEFT JOIN bound b ON true WHERE r.id = p_room;
  UPDATE rooms SET member_count = member_count + 1 WHERE id = p_room;
$$;

-- Whether a person is muted at `p_at`, or must still wait in slow mode.
CREATE OR REPLACE FUNCTION is_restrained(p_muted_until timestamptz, p_last_sent_at timestamptz, p_slow_ms integer, p_at timestamptz)
RETURNS boolean LANGUAGE sql STABLE
RETURN COALESCE(p_muted_until > p_at, false) OR COALESCE(p_last_sent_at + p_slow_ms * interval '1 ms' > p_at, false);

-- Ends a membership, if there is one, and keeps the person's mute and slow-mode wait. The caller holds the room's lock.
CREATE OR REPLACE FUNCTION remove_member(p_room bigint, p_account bigint) RETURNS void
LANGUAGE sql VOLATILE AS $$
  WITH gone AS (
    DELETE FROM memberships WHERE room_id = p_room AND account_id = p_account RETURNING muted_until, last_sent_at
  ), kept AS (
    INSERT INTO restraints (room_id, account_id, muted_until, last_sent_at)
    SELECT p_room, p_account, g.muted_until, g.last_sent_at FROM gone g JOIN rooms r ON r.id = p_room
    WHERE is_restrained(g.muted_until, g.last_sent_at, r.slow_ms, now())
  )
  UPDATE rooms SET member_count = member_count - 1 WHERE id = p_room AND EXISTS (SELECT FROM gone);
$$;
