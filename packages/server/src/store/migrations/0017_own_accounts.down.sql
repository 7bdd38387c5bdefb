DROP FUNCTION change_password(bigint, text, text, bigint, boolean, timestamptz);
DROP FUNCTION end_all_sessions(bigint, bigint, boolean, timestamptz, bigint);
ALTER TABLE accounts DROP COLUMN time_zone, DROP COLUMN about, DROP COLUMN display_name;
