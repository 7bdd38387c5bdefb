-- A time as the wire has it: ISO 8601 in UTC with milliseconds.
CREATE FUNCTION iso_time(p_at timestamptz) RETURNS text LANGUAGE sql STABLE
RETURN to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- Milliseconds from `p_at` to `p_until`; at most what fits in a timer of most clients (24 days).
CREATE FUNCTION wait_until(p_until timestamptz, p_at timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE
RETURN LEAST(ceil(extract(epoch FROM p_until - p_at) * 1000), 2147483647)::integer;
