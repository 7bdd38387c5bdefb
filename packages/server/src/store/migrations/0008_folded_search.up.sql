-- search_entries keeps the text as search compares it (search_fold), not as it was written. The worker fills the table again.
TRUNCATE search_entries, search_progress;
ALTER TABLE search_entries RENAME COLUMN content TO folded;
