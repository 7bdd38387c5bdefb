-- Entering a room only by one's own will.

-- People who are asked into a room and have not agreed, and people who left one by themselves: they are only asked again.
-- Without foreign keys, like bans: crowds that leave would check them again.
CREATE TABLE requests (
  room_id bigint NOT NULL,
  account_id bigint NOT NULL,
  -- open: waits for the person. declined: they said no, and nobody can ask them again. left: they were in the room.
  state text NOT NULL CHECK (state IN ('open', 'declined', 'left')),
  -- The person who asks. Null for left.
  by_id bigint,
  at timestamptz NOT NULL,
  PRIMARY KEY (room_id, account_id)
);
CREATE INDEX requests_account ON requests (account_id, at, room_id) WHERE state = 'open';
CREATE INDEX requests_by ON requests (by_id) WHERE state = 'open';

-- Whether the person came by their own act. Another person may have added them.
ALTER TABLE memberships ADD COLUMN is_chosen boolean NOT NULL DEFAULT true;
-- The number of messages that a direct room takes until a second person is in it. Null: any number.
ALTER TABLE rooms ADD COLUMN message_max bigint;
