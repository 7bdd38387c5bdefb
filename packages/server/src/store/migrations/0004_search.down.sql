-- The extension stays: it may have been there before.
DROP FUNCTION search_follow(bigint, bigint);
DROP FUNCTION search_index(bigint[], integer, integer);
DROP FUNCTION search_marks(bigint, bigint, text);
DROP FUNCTION search_words(text);
DROP FUNCTION search_text(text);
DROP TABLE search_entries;
DROP TABLE search_progress;
