-- Times as clients read them.

-- Returns a time in the form of the wire: ISO 8601 in UTC with milliseconds. Null for null.
CREATE OR REPLACE FUNCTION iso_time(p_at timestamptz) RETURNS text LANGUAGE sql STABLE
RETURN to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- Returns the milliseconds from `p_at` to `p_until`, rounded up. At most 2147483647 (24 days), the longest timer of most clients.
CREATE OR REPLACE FUNCTION milliseconds_until(p_until timestamptz, p_at timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE
RETURN LEAST(ceil(extract(epoch FROM p_until - p_at) * 1000), 2147483647)::integer;
