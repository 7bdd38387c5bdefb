-- How people come in and stay in: sessions, tokens, new passwords, invitations, banned networks.

-- Logins and personal tokens. A token is a session that no login began and no refresh renews, so whatever ends a session
-- and its sockets also ends a token.
CREATE TABLE sessions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  user_agent text NOT NULL,
  address text NOT NULL,
  -- SHA-256 of a personal token. The token is random, so no slower hash is needed. Null for a login, like all below.
  token_hash bytea,
  name text,
  scopes text[],
  -- The only room in which the token is valid. Null: all rooms.
  room_id bigint REFERENCES rooms ON DELETE CASCADE,
  -- The token that created this one. They end together.
  maker_id bigint REFERENCES sessions ON DELETE CASCADE,
  CONSTRAINT sessions_token_check CHECK (
    (token_hash IS NULL AND name IS NULL AND scopes IS NULL AND room_id IS NULL AND maker_id IS NULL)
    OR (token_hash IS NOT NULL AND name IS NOT NULL AND scopes IS NOT NULL))
);
CREATE INDEX sessions_account ON sessions (account_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX sessions_token_hash ON sessions (token_hash) WHERE token_hash IS NOT NULL;
CREATE INDEX sessions_maker ON sessions (maker_id) WHERE maker_id IS NOT NULL;
-- For the sweep, which deletes old rows in small batches.
CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE INDEX sessions_end ON sessions (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE refresh_tokens (
  -- SHA-256 of the token.
  hash bytea PRIMARY KEY,
  session_id bigint NOT NULL REFERENCES sessions ON DELETE CASCADE,
  used_at timestamptz,
  -- The next token, encrypted with this one. Within the grace period a lost reply can be repeated.
  successor bytea
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_use ON refresh_tokens (used_at) WHERE used_at IS NOT NULL;

-- One-use tickets that open a socket.
CREATE TABLE tickets (
  hash bytea PRIMARY KEY,
  session_id bigint NOT NULL REFERENCES sessions ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);
CREATE INDEX tickets_expiry ON tickets (expires_at);
-- Deleting a session deletes its tickets.
CREATE INDEX tickets_session ON tickets (session_id);

-- One-use links with which a person sets a new password.
CREATE TABLE account_resets (
  -- SHA-256 of the token. The token is random, so no slower hash is needed.
  hash bytea PRIMARY KEY,
  account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);
CREATE INDEX account_resets_account ON account_resets (account_id);

-- Links that let people in, for a time and for a number of people.
CREATE TABLE invitations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- SHA-256 of the code.
  hash bytea NOT NULL UNIQUE,
  -- Its maker. The invitation is valid only while this account may invite.
  account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
  -- Null: it lets people register, and into no room.
  room_id bigint REFERENCES rooms ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  -- Null: no limit.
  max_uses integer,
  uses integer NOT NULL DEFAULT 0 CHECK (uses <= max_uses)
);
CREATE INDEX invitations_account ON invitations (account_id);
CREATE INDEX invitations_room ON invitations (room_id);
CREATE INDEX invitations_expiry ON invitations (expires_at);

-- Accounts that registered with a room's invitation and have not joined the room yet. Joining is part of the same use.
CREATE TABLE invited (
  invitation_id bigint NOT NULL REFERENCES invitations ON DELETE CASCADE,
  account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
  PRIMARY KEY (invitation_id, account_id)
);
CREATE INDEX invited_account ON invited (account_id);

-- Networks that may not use the server.
CREATE TABLE address_bans (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  range cidr NOT NULL UNIQUE,
  reason text NOT NULL,
  -- Null: until it is lifted.
  until timestamptz,
  -- No foreign key: the ban outlives the account that made it.
  by_id bigint NOT NULL,
  at timestamptz NOT NULL
);
