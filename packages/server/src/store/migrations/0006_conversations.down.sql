DROP TABLE restraints;
DROP TABLE bans;
DROP TABLE reactions;
DROP TABLE mentions;
ALTER TABLE messages
  DROP COLUMN deleted_at, DROP COLUMN edited_at, DROP COLUMN mentions, DROP COLUMN kind, DROP COLUMN ordinal;
ALTER TABLE memberships
  RESET (fillfactor),
  DROP COLUMN muted_until, DROP COLUMN last_sent_at, DROP COLUMN last_sent_seq, DROP COLUMN own_unread,
  DROP COLUMN read_ordinal;
DELETE FROM rooms WHERE kind = 'direct';
ALTER TABLE rooms
  DROP CONSTRAINT rooms_kind_check,
  DROP COLUMN archived_at, DROP COLUMN slow_ms, DROP COLUMN direct_key, DROP COLUMN message_count,
  ADD CONSTRAINT rooms_kind_check CHECK (kind IN ('open', 'closed'));
