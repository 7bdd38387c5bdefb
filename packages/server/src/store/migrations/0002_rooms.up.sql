-- Room for a new version of the row on its page: last_seq moves with every batch.
CREATE TABLE rooms (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('open', 'closed')),
  topic text NOT NULL DEFAULT '',
  -- The seq of the last event. Whoever holds this row's lock is the one who may append.
  last_seq bigint NOT NULL DEFAULT 0,
  member_count integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL
) WITH (fillfactor = 50);
-- Among open rooms only: a refused name must not tell of a closed room.
CREATE UNIQUE INDEX rooms_open_name_key ON rooms (lower(name COLLATE "C")) WHERE kind = 'open';

CREATE TABLE memberships (
  room_id bigint NOT NULL REFERENCES rooms ON DELETE CASCADE,
  account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('owner', 'moderator', 'member')),
  -- The seq of the event that made this membership: older fences do not concern it.
  joined_seq bigint NOT NULL,
  read_seq bigint NOT NULL,
  joined_at timestamptz NOT NULL,
  PRIMARY KEY (room_id, account_id)
);
CREATE INDEX memberships_account ON memberships (account_id, room_id);

-- Every durable fact of a room, in its one order. No foreign keys here and on messages: the append checks room and
-- author under the room's lock, and a check for each row again would cost a fifth of its speed.
CREATE TABLE events (
  room_id bigint NOT NULL,
  seq bigint NOT NULL,
  kind text NOT NULL,
  account_id bigint NOT NULL,
  at timestamptz NOT NULL,
  -- The account that a kick or role is about.
  target bigint,
  -- The new role, topic or name.
  detail text,
  PRIMARY KEY (room_id, seq)
);

-- The text of the events of kind message: kept apart, so that it stands in one place only.
CREATE TABLE messages (
  room_id bigint NOT NULL,
  seq bigint NOT NULL,
  account_id bigint NOT NULL,
  -- The author's own name for it; with room and author it is the idempotency key, for ever.
  id text NOT NULL,
  content text NOT NULL,
  -- Tells a repeat from another content under the same id, also after the text is gone.
  digest bytea NOT NULL,
  reply_to bigint,
  at timestamptz NOT NULL,
  PRIMARY KEY (room_id, seq)
);
CREATE UNIQUE INDEX messages_id_key ON messages (room_id, account_id, id);
