DROP INDEX tickets_session;
DROP INDEX refresh_tokens_use;
DROP INDEX sessions_end;
DROP INDEX sessions_expiry;
