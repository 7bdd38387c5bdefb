-- The audit log: who did what to whom. Each row is bound to the previous one by its hash.

-- The end of the chain, in one row. A transaction takes this row's lock last, as it commits. A holder of the lock waits for
-- nobody, so acts cannot deadlock on it.
CREATE TABLE audit_head (
  is_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_only_row),
  last_id bigint NOT NULL DEFAULT 0,
  last_hash bytea NOT NULL DEFAULT '\x'
);
INSERT INTO audit_head DEFAULT VALUES;

CREATE TABLE audit_log (
  id bigint PRIMARY KEY,
  at timestamptz NOT NULL,
  -- No foreign key: the log outlives the accounts that it names. Null: nobody was signed in, or the server itself acted.
  actor_id bigint,
  act text COLLATE "C" NOT NULL,
  subject jsonb NOT NULL,
  hash bytea NOT NULL
);
CREATE INDEX audit_log_at ON audit_log (at);
CREATE INDEX audit_log_actor ON audit_log (actor_id, id);
CREATE INDEX audit_log_act ON audit_log (act, id);
CREATE INDEX audit_log_subject ON audit_log USING gin (subject jsonb_path_ops);

-- The acts of the current transaction. Its rows move to audit_log at commit, so none of them outlives its transaction.
CREATE UNLOGGED TABLE audit_pending (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  actor_id bigint,
  act text NOT NULL CHECK (act ~ '^[a-z]+([.-][a-z]+)+$'),
  subject jsonb NOT NULL CHECK (jsonb_typeof(subject) = 'object' AND length(subject::text) <= 4000)
);
