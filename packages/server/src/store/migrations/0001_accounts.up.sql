-- Accounts, what people keep for themselves, and facts about the store as a whole.

-- The store itself, in one row. Acts on administrators lock it, so that two of them cannot both remove the last one.
CREATE TABLE store_state (
  is_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_only_row),
  -- Names one history of the store. A restore from a backup changes it, so that clients drop their copies.
  epoch text NOT NULL DEFAULT replace(gen_random_uuid()::text, '-', ''),
  -- The first account sets it. The row's lock lets only one account become administrator this way.
  has_admin boolean NOT NULL DEFAULT false,
  -- The room that new accounts join. Null: unknown, or this server has no lobby.
  lobby_id bigint
);
INSERT INTO store_state DEFAULT VALUES;

CREATE TABLE accounts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  username text NOT NULL,
  email text,
  password_hash text NOT NULL,
  is_admin boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  disabled_at timestamptz,
  display_name text,
  about text,
  -- A name from the IANA time zone database.
  time_zone text,
  -- A deleted account keeps its row, because messages and the audit log refer to it. All personal data is removed.
  deleted_at timestamptz,
  CONSTRAINT accounts_deleted_check CHECK (deleted_at IS NULL OR (
    email IS NULL AND password_hash = '' AND NOT is_admin AND disabled_at IS NOT NULL
    AND display_name IS NULL AND about IS NULL AND time_zone IS NULL))
);
-- Collation C folds case the same way on every server, whatever its locale.
CREATE UNIQUE INDEX accounts_username_key ON accounts (lower(username COLLATE "C"));
CREATE UNIQUE INDEX accounts_email_key ON accounts (lower(email COLLATE "C"));

-- When each person was last online. Kept apart from accounts, whose rows should not change with every connection.
CREATE TABLE last_seen (
  account_id bigint PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
  at timestamptz NOT NULL
) WITH (fillfactor = 70);

-- The people whom a person ignores. Nobody else learns of it.
CREATE TABLE ignored (
  account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
  ignored_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
  at timestamptz NOT NULL,
  PRIMARY KEY (account_id, ignored_id)
);
CREATE INDEX ignored_ignored ON ignored (ignored_id);

-- Remaining work for deleted accounts. It is done in small steps, so that no step blocks others and a crash loses nothing.
CREATE TABLE account_removals (
  account_id bigint PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
  removes_messages boolean NOT NULL,
  -- 1 or 2. Requests that were running at the deletion may store something after the first pass, so a second one follows.
  pass integer NOT NULL DEFAULT 1,
  due_at timestamptz NOT NULL,
  -- Progress: messages are removed up to this room, and in this room up to this message id.
  room_id bigint NOT NULL DEFAULT 0,
  message_id text NOT NULL DEFAULT ''
);
