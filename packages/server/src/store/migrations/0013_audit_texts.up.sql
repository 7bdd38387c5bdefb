-- The texts that people gave with audited acts: reasons, and names of tokens. Their rows in the log hold only the digest, so the
-- texts of a deleted person can go, and the chain of hashes stays whole.
CREATE TABLE audit_texts (
  -- SHA-256 of salt and texts, in hex. The salt keeps short texts from being guessed once they are gone.
  digest text COLLATE "C" PRIMARY KEY,
  -- The person who gave them. No foreign key: like the log.
  actor_id bigint NOT NULL,
  salt bytea NOT NULL,
  texts jsonb NOT NULL
);
CREATE INDEX audit_texts_actor ON audit_texts (actor_id);
-- A deleted account takes its reasons along.
CREATE INDEX bans_by ON bans (by_id);
