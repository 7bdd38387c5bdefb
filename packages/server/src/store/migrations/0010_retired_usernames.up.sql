-- The usernames of deleted accounts, which nobody else may take. An administrator can release one.
CREATE TABLE retired_usernames (
  -- SHA-256 of the name in lower case: enough to refuse the name, without keeping it.
  hash bytea CONSTRAINT retired_usernames_key PRIMARY KEY,
  -- The deleted account; the last one, if several had this name.
  account_id bigint NOT NULL,
  at timestamptz NOT NULL
);
