DROP FUNCTION end_sessions(bigint[], timestamptz, bigint, text, text);
DROP FUNCTION create_token(bigint, bigint, bytea, text, text[], bigint, timestamptz, timestamptz, integer);
-- What is no login must not become one.
DELETE FROM sessions WHERE token_hash IS NOT NULL;
ALTER TABLE sessions
  DROP CONSTRAINT sessions_token_check,
  DROP COLUMN maker_id, DROP COLUMN room_id, DROP COLUMN scopes, DROP COLUMN name, DROP COLUMN token_hash;
