-- The words of a display name without case and accents, by which people are looked up. The server folds them (searchForm);
-- this folds the names that are there already: no accents, Hebrew points and Arabic vowels, then split at spaces and signs.
-- The signs are listed, because the database's locale may not know them.
ALTER TABLE accounts ADD COLUMN display_words tsvector;
UPDATE accounts SET display_words = array_to_tsvector(array_remove(regexp_split_to_array(
  normalize(replace(replace(lower(regexp_replace(normalize(display_name, NFKD),
    '[\u0300-\u036F\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A\u064B-\u065F\u0670\u06D6-\u06DC]', '', 'g')),
    U&'\00DF', 'ss'), U&'\03C2', U&'\03C3'), NFKC),
  '[\u0001-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00BF\u00D7\u00F7\u2000-\u206F\u20A0-\u20CF\u2190-\u2BFF\u3000-\u3004'
  '\u3008-\u3020\u30FB\uFE0E\uFE0F\uFFFC\uFFFD\U0001F000-\U0001FAFF]+'), ''))
WHERE display_name IS NOT NULL;
CREATE INDEX accounts_display_words ON accounts USING gin (display_words);
