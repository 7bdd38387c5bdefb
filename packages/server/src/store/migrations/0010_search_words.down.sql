DROP FUNCTION search_query(text, boolean);

-- A text as search takes it apart; a query must be taken apart by the same. Every mark of punctuation parts words, so that
-- 10.0.0.7, /var/log/syslog, some_name and a@b.c are phrases of which each part can be found; signs of writing without
-- spaces (Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese) are a word each, so that any run of them is a phrase.
CREATE FUNCTION search_text(p_content text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT regexp_replace(
    translate(p_content, '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~' || chr(160), repeat(' ', 33)),
    '([\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF\u2E80-\u2FDF\u3005-\u3007\u3021-\u30FF\u3105-\u312F\u3131-\u318E\u31A0-\u31BF\u31F0-\u31FF\u3400-\u4DBF\u4E00-\u9FFF\uA960-\uA97F\uAC00-\uD7FF\uF900-\uFAFF\uFF66-\uFFDC\U00020000-\U0003FFFF])',
    ' \1 ', 'g')
$$;

CREATE OR REPLACE FUNCTION search_words(p_content text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_tsvector('simple', search_text(p_content))
$$;

DROP FUNCTION search_split(text);
TRUNCATE search_entries, search_progress;

CREATE INDEX search_entries_at ON search_entries (at);
DROP INDEX search_entries_order;
