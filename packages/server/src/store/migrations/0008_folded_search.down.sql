TRUNCATE search_entries, search_progress;
ALTER TABLE search_entries RENAME COLUMN folded TO content;
