-- What people expect of a conversation: direct rooms, archived ones, edits, deletions, reactions, mentions, counts that
-- cost the same however long the history, mutes, bans and slow mode.

ALTER TABLE rooms
  DROP CONSTRAINT rooms_kind_check,
  ADD CONSTRAINT rooms_kind_check CHECK (kind IN ('open', 'closed', 'direct')),
  -- How many messages there are: the ordinal of the last one.
  ADD COLUMN message_count bigint NOT NULL DEFAULT 0,
  -- The ids of a direct room's people in rising order: the same people have one room.
  ADD COLUMN direct_key text UNIQUE,
  -- Milliseconds that a member waits between two messages; 0: slow mode is off.
  ADD COLUMN slow_ms integer NOT NULL DEFAULT 0,
  ADD COLUMN archived_at timestamptz;

ALTER TABLE memberships
  -- How many messages there are up to read_seq.
  ADD COLUMN read_ordinal bigint NOT NULL DEFAULT 0,
  -- One's own messages above read_seq: they are nobody's news to oneself.
  ADD COLUMN own_unread bigint NOT NULL DEFAULT 0,
  ADD COLUMN last_sent_seq bigint NOT NULL DEFAULT 0,
  ADD COLUMN last_sent_at timestamptz,
  ADD COLUMN muted_until timestamptz,
  -- Room for a new version of the row on its page: it moves with every message of its person.
  SET (fillfactor = 70);

ALTER TABLE messages
  -- Counts the room's messages, and nothing but messages: 1, 2, 3 …
  ADD COLUMN ordinal bigint,
  -- Null for plain text; me: an action.
  ADD COLUMN kind text,
  -- The ids of the members whom the text calls, 0 for the whole room; null for nobody.
  ADD COLUMN mentions bigint[],
  ADD COLUMN edited_at timestamptz,
  -- Once set there is no text, here or anywhere; the row goes on answering for its id.
  ADD COLUMN deleted_at timestamptz;

UPDATE messages m SET ordinal = n.ordinal
FROM (SELECT room_id, seq, row_number() OVER (PARTITION BY room_id ORDER BY seq) AS ordinal FROM messages) n
WHERE m.room_id = n.room_id AND m.seq = n.seq;
ALTER TABLE messages ALTER COLUMN ordinal SET NOT NULL;
UPDATE rooms r SET message_count = (SELECT count(*) FROM messages m WHERE m.room_id = r.id);
UPDATE memberships s SET
  read_ordinal = (SELECT count(*) FROM messages m WHERE m.room_id = s.room_id AND m.seq <= s.read_seq),
  own_unread = (
    SELECT count(*) FROM messages m WHERE m.room_id = s.room_id AND m.seq > s.read_seq AND m.account_id = s.account_id),
  last_sent_seq = COALESCE((
    SELECT max(m.seq) FROM messages m WHERE m.room_id = s.room_id AND m.account_id = s.account_id), 0);

-- Who is called where: what the counts of unread mentions are read from. Account 0 stands for the whole room.
CREATE TABLE mentions (
  account_id bigint NOT NULL,
  room_id bigint NOT NULL,
  seq bigint NOT NULL,
  author_id bigint NOT NULL,
  PRIMARY KEY (account_id, room_id, seq)
);

CREATE TABLE reactions (
  room_id bigint NOT NULL,
  seq bigint NOT NULL,
  emoji text NOT NULL,
  account_id bigint NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (room_id, seq, emoji, account_id)
);

CREATE TABLE bans (
  room_id bigint NOT NULL,
  account_id bigint NOT NULL,
  -- Null: until it is lifted.
  until timestamptz,
  reason text NOT NULL,
  by_id bigint NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (room_id, account_id)
);
CREATE INDEX bans_account ON bans (account_id);

-- What still binds people who are out of a room; they take it up again when they come back.
CREATE TABLE restraints (
  room_id bigint NOT NULL,
  account_id bigint NOT NULL,
  muted_until timestamptz,
  last_sent_at timestamptz,
  PRIMARY KEY (room_id, account_id)
);
