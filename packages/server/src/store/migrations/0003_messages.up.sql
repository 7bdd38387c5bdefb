-- The order of each room, its messages, and everything that refers to them.

-- Every durable fact of a room, in the room's one order. events and messages have no foreign keys: the append checks room
-- and author under the room's lock, and checking each row again would cost a fifth of its speed.
CREATE TABLE events (
  room_id bigint NOT NULL,
  seq bigint NOT NULL,
  -- One of event_kinds() in schema/04_events.sql.
  kind text NOT NULL,
  -- The account that caused it.
  account_id bigint NOT NULL,
  at timestamptz NOT NULL,
  -- The seq of a message or the id of an account. The kind decides which.
  target bigint,
  -- The rest of the event, in a form that depends on the kind: a role, a topic, a name, a reason, JSON …
  detail text,
  PRIMARY KEY (room_id, seq)
);

-- The texts of the events of kind message, stored here only.
CREATE TABLE messages (
  room_id bigint NOT NULL,
  seq bigint NOT NULL,
  account_id bigint NOT NULL,
  -- Chosen by the author's client. With room and author it is the idempotency key, for ever.
  id text NOT NULL,
  content text NOT NULL,
  -- Distinguishes a retry from another content under the same id. Empty once the message is deleted.
  digest bytea NOT NULL,
  reply_to bigint,
  at timestamptz NOT NULL,
  -- Numbers the room's messages without gaps: 1, 2, 3 …
  ordinal bigint NOT NULL,
  -- Null: plain text. me: an action.
  kind text,
  -- The ids of the members whom the text mentions, 0 for the whole room. Null: nobody.
  mentions bigint[],
  edited_at timestamptz,
  -- A deleted message has no text here or anywhere else. Its row still answers for its id.
  deleted_at timestamptz,
  PRIMARY KEY (room_id, seq)
);
CREATE UNIQUE INDEX messages_id_key ON messages (room_id, account_id, id);

-- One row for each person whom a message mentions, to count unread mentions. Account 0 means the whole room.
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

-- Messages that members report to a room's moderators. A report has no copy of the text, so a deleted message has none left.
CREATE TABLE reports (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  room_id bigint NOT NULL,
  seq bigint NOT NULL,
  -- The member who reports. Each may report a message once.
  account_id bigint NOT NULL,
  reason text NOT NULL,
  at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
  closed_at timestamptz,
  closed_by bigint,
  UNIQUE (room_id, account_id, seq)
);
CREATE INDEX reports_room ON reports (room_id, id);
CREATE INDEX reports_account ON reports (account_id);
