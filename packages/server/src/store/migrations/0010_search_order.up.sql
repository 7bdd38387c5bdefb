-- Hits in the order of time: room and seq behind it make the order total, so that a cursor cuts it at one place.
CREATE INDEX search_entries_order ON search_entries (at, room_id, seq);
DROP INDEX search_entries_at;
