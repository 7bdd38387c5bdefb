-- The search index. A worker fills it after the append has committed: inside the append's own statement these indexes would
-- cost more than half of its speed, and without a pending list nine tenths.

-- Trigrams find a part of a word. The extension is trusted, so the database's owner may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- How far each room is indexed: search_entries has every message up to indexed_seq and none above it. A transaction may
-- write a room's entries only while it holds this row's lock. The cursor is safe because seqs are assigned under the room's
-- lock: everything visible up to rooms.last_seq is complete.
CREATE TABLE search_progress (
  room_id bigint PRIMARY KEY,
  indexed_seq bigint NOT NULL DEFAULT 0
);

-- No foreign keys, as in messages.
CREATE TABLE search_entries (
  room_id bigint NOT NULL,
  seq bigint NOT NULL,
  account_id bigint NOT NULL,
  at timestamptz NOT NULL,
  content text NOT NULL,
  -- The words of the content with their positions, and marks without: see search_words and search_marks.
  words tsvector NOT NULL,
  PRIMARY KEY (room_id, seq)
);
CREATE INDEX search_entries_words ON search_entries USING gin (words) WITH (fastupdate = off);
-- A text has ten times as many trigrams as words. A pending list triples the speed of indexing, and a short one (its limit is
-- in KiB) costs a search little.
CREATE INDEX search_entries_trigrams ON search_entries USING gin (content gin_trgm_ops)
  WITH (fastupdate = on, gin_pending_list_limit = 1024);
-- Hits in time order. Room and seq make the order total, so that a cursor divides it at one place.
CREATE INDEX search_entries_order ON search_entries (at, room_id, seq);
