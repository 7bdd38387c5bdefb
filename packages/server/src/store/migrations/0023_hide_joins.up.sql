-- Whether a person wants to see no joins and leaves in a room: a wish of theirs alone, which ends with the membership.
ALTER TABLE memberships ADD COLUMN hide_joins boolean NOT NULL DEFAULT false;
