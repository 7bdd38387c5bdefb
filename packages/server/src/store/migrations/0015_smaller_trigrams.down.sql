DROP INDEX search_entries_trigrams;
CREATE INDEX search_entries_trigrams ON search_entries USING gin (folded gin_trgm_ops)
  WITH (fastupdate = on, gin_pending_list_limit = 1024);
