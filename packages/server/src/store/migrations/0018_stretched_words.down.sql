-- The texts were folded in another way. The worker fills the table again.
TRUNCATE search_entries, search_progress;
