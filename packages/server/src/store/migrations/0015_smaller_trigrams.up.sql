-- Trigrams of scripts with thousands of signs (Chinese, Korean, hieroglyphs) took up to 13 times the space of the text. Parts with
-- such signs are found by their words. search-sql.ts repeats this expression.
DROP INDEX search_entries_trigrams;
CREATE INDEX search_entries_trigrams ON search_entries USING gin ((
  CASE WHEN octet_length(folded) = char_length(folded) THEN folded
  ELSE regexp_replace(folded, '[^\u0001-\u10FF\u1E00-\u1FFF]+', U&'\0001', 'g') END
) gin_trgm_ops) WITH (fastupdate = on, gin_pending_list_limit = 1024);
