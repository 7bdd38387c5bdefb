-- Joins and leaves in crowds: one statement and one commit for many of them.
DROP FUNCTION append_join(bigint, bigint);
DROP FUNCTION append_leave(bigint, bigint);

-- Stores a batch of joins and leaves (p_kinds), each person at most once a room, in the order of the arrays, and answers
-- each item with an outcome: done (with the event's seq and time), unchanged, or not_found (no room that the person may see).
-- The planner settings are those of append_messages, for the same reason.
CREATE FUNCTION append_entries(p_rooms bigint[], p_accounts bigint[], p_kinds text[])
RETURNS TABLE (item integer, outcome text, seq bigint, at timestamptz)
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_at timestamptz;
BEGIN
  PERFORM 1 FROM rooms WHERE rooms.id = ANY (p_rooms) ORDER BY rooms.id FOR NO KEY UPDATE;
  v_at := date_trunc('milliseconds', clock_timestamp());
  RETURN QUERY
  WITH judged AS MATERIALIZED (
    SELECT b.ord::integer AS item, b.room_id, b.account_id, b.kind, r.last_seq,
           CASE
             WHEN r.kind IS NULL OR (r.kind <> 'open' AND m.role IS NULL) THEN 'not_found'
             WHEN (b.kind = 'join') = (m.role IS NOT NULL) THEN 'unchanged'
             ELSE 'done'
           END AS outcome
    FROM unnest(p_rooms, p_accounts, p_kinds) WITH ORDINALITY AS b(room_id, account_id, kind, ord)
    LEFT JOIN LATERAL (SELECT kind, last_seq FROM rooms WHERE rooms.id = b.room_id) r ON true
    LEFT JOIN LATERAL (
      SELECT role FROM memberships WHERE memberships.room_id = b.room_id AND memberships.account_id = b.account_id) m ON true
  ), numbered AS MATERIALIZED (
    SELECT j.*, j.outcome = 'done' AS is_done,
           j.last_seq + sum((j.outcome = 'done')::integer) OVER (PARTITION BY j.room_id ORDER BY j.item)::bigint AS new_seq
    FROM judged j
  ), put_events AS (
    INSERT INTO events (room_id, seq, kind, account_id, at)
    SELECT n.room_id, n.new_seq, n.kind, n.account_id, v_at FROM numbered n WHERE n.is_done
  ), come AS (
    INSERT INTO memberships (room_id, account_id, role, joined_seq, read_seq, joined_at)
    SELECT n.room_id, n.account_id, 'member', n.new_seq, n.new_seq, v_at FROM numbered n WHERE n.is_done AND n.kind = 'join'
  ), gone AS (
    DELETE FROM memberships USING numbered n
    WHERE n.is_done AND n.kind = 'leave' AND memberships.room_id = n.room_id AND memberships.account_id = n.account_id
  ), moved AS (
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
