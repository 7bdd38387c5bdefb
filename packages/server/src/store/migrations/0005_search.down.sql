-- The extension stays, because it may have been there before.
DROP TABLE search_entries, search_progress;
