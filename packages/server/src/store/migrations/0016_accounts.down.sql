DROP FUNCTION change_password(bigint, text, text, bigint, boolean, timestamptz);
DROP FUNCTION end_all_sessions(bigint, bigint, boolean, timestamptz, bigint);
DROP FUNCTION end_sessions(bigint[], timestamptz, bigint, text, text);
DROP FUNCTION create_token(bigint, bigint, bytea, text, text[], bigint, timestamptz, timestamptz, integer);
-- What is no login must not become one.
DELETE FROM sessions WHERE token_hash IS NOT NULL;
ALTER TABLE sessions
  DROP CONSTRAINT sessions_token_check,
  DROP COLUMN maker_id, DROP COLUMN room_id, DROP COLUMN scopes, DROP COLUMN name, DROP COLUMN token_hash;
-- Who is deleted stays so: nobody knows a password for them.
ALTER TABLE accounts
  DROP CONSTRAINT accounts_deleted_check,
  DROP COLUMN deleted_at, DROP COLUMN time_zone, DROP COLUMN about, DROP COLUMN display_name;
