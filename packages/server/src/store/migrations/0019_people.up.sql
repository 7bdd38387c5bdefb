-- When people were last here. Apart from their accounts, whose rows should not move with every coming and going.
CREATE TABLE last_seen (
  account_id bigint PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
  at timestamptz NOT NULL
) WITH (fillfactor = 70);

-- Whom a person does not want to hear. Nobody else is told.
CREATE TABLE ignored (
  account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
  ignored_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
  at timestamptz NOT NULL,
  PRIMARY KEY (account_id, ignored_id)
);
CREATE INDEX ignored_ignored ON ignored (ignored_id);
