-- One row: facts about this store as a whole.
CREATE TABLE store_state (
  is_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_only_row),
  -- Names one history of the store. Changed only when a restore may have cut it, so that clients drop their copies.
  epoch text NOT NULL DEFAULT replace(gen_random_uuid()::text, '-', ''),
  -- Set by the first account: the row's lock makes sure that only one becomes administrator.
  has_admin boolean NOT NULL DEFAULT false
);
INSERT INTO store_state DEFAULT VALUES;

CREATE TABLE accounts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  username text NOT NULL,
  email text,
  password_hash text NOT NULL,
  is_admin boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  disabled_at timestamptz
);
-- Collation C: the same folding on every server, whatever its locale.
CREATE UNIQUE INDEX accounts_username_key ON accounts (lower(username COLLATE "C"));
CREATE UNIQUE INDEX accounts_email_key ON accounts (lower(email COLLATE "C"));

CREATE TABLE sessions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  user_agent text NOT NULL,
  address text NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id) WHERE ended_at IS NULL;

CREATE TABLE refresh_tokens (
  -- SHA-256 of the token.
  hash bytea PRIMARY KEY,
  session_id bigint NOT NULL REFERENCES sessions ON DELETE CASCADE,
  used_at timestamptz,
  -- The next token, readable only with this one: a lost answer can be given again within the grace.
  successor bytea
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE tickets (
  hash bytea PRIMARY KEY,
  session_id bigint NOT NULL REFERENCES sessions ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);
CREATE INDEX tickets_expiry ON tickets (expires_at);
