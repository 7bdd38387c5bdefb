-- Finds the closed rooms that have the name of an open one, so that their owners can be told.
CREATE INDEX rooms_closed_name ON rooms (lower(name COLLATE "C"), id) WHERE kind = 'closed';
