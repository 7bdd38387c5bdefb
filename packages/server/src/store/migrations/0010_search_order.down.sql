CREATE INDEX search_entries_at ON search_entries (at);
DROP INDEX search_entries_order;
