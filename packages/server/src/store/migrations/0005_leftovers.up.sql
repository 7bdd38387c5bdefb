-- What is long over is swept in small batches, found by these.
CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE INDEX sessions_end ON sessions (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX refresh_tokens_use ON refresh_tokens (used_at) WHERE used_at IS NOT NULL;
-- A session that goes takes its tickets along.
CREATE INDEX tickets_session ON tickets (session_id);
