-- searchForm now takes letters with a stroke, and ligatures, as the ASCII letters that people type. This folds the words that are there.
UPDATE accounts SET display_words = array_to_tsvector(ARRAY(
  SELECT DISTINCT replace(replace(replace(translate(word, U&'\0142\00F8\0111\00F0\0127', 'loddh'),
    U&'\00FE', 'th'), U&'\00E6', 'ae'), U&'\0153', 'oe')
  FROM unnest(tsvector_to_array(display_words)) word))
WHERE display_words IS NOT NULL;
