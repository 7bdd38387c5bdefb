-- Rooms and the people in them.

-- The fill factor leaves space for new versions of a row on its page: last_seq changes with every batch.
CREATE TABLE rooms (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Empty for a direct room.
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('open', 'closed', 'direct')),
  topic text NOT NULL DEFAULT '',
  -- The seq of the last event. A transaction may append events only while it holds this row's lock.
  last_seq bigint NOT NULL DEFAULT 0,
  member_count integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  -- The number of messages, which is the ordinal of the last one.
  message_count bigint NOT NULL DEFAULT 0,
  -- The ids of a direct room's people in rising order, so that the same people share one room. Null for other rooms.
  direct_key text UNIQUE,
  -- Slow mode: the milliseconds that a member waits between two messages. 0: off.
  slow_ms integer NOT NULL DEFAULT 0,
  archived_at timestamptz
) WITH (fillfactor = 50);
-- Unique among open rooms only: a rejected name must not reveal that a closed room has it.
CREATE UNIQUE INDEX rooms_open_name_key ON rooms (lower(name COLLATE "C")) WHERE kind = 'open';

-- The fill factor leaves space for new versions of a row on its page: it changes with every message of its person.
CREATE TABLE memberships (
  room_id bigint NOT NULL REFERENCES rooms ON DELETE CASCADE,
  account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('owner', 'moderator', 'member')),
  -- The seq of the event that began this membership. Fences below it do not apply to it.
  joined_seq bigint NOT NULL,
  read_seq bigint NOT NULL,
  joined_at timestamptz NOT NULL,
  -- The number of messages up to read_seq.
  read_ordinal bigint NOT NULL DEFAULT 0,
  -- The person's own messages above read_seq. They do not count as unread.
  own_unread bigint NOT NULL DEFAULT 0,
  last_sent_seq bigint NOT NULL DEFAULT 0,
  last_sent_at timestamptz,
  muted_until timestamptz,
  -- Whether the person hides joins and leaves in this room. It ends with the membership.
  hide_joins boolean NOT NULL DEFAULT false,
  PRIMARY KEY (room_id, account_id)
) WITH (fillfactor = 70);
CREATE INDEX memberships_account ON memberships (account_id, room_id);

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

-- Mutes and slow-mode waits of people who are not in the room. They apply again when the person joins.
CREATE TABLE restraints (
  room_id bigint NOT NULL,
  account_id bigint NOT NULL,
  muted_until timestamptz,
  last_sent_at timestamptz,
  PRIMARY KEY (room_id, account_id)
);
