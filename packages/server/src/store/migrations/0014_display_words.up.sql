-- The words of a display name without case and accents, by which people are looked up. The server folds them (searchForm);
-- this folds the names that are there already.
ALTER TABLE accounts ADD COLUMN display_words tsvector;
UPDATE accounts SET display_words = array_to_tsvector(array_remove(regexp_split_to_array(
  lower(regexp_replace(normalize(display_name, NFKD), E'[\u0300-\u036f]', '', 'g')), '[^[:alnum:]]+'), ''))
WHERE display_name IS NOT NULL;
CREATE INDEX accounts_display_words ON accounts USING gin (display_words);
