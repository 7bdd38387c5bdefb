-- What search looks into, filled beside the append and never by it: in the append's own statement these indexes would cost
-- more than half of its speed, and with their pending lists off, nine tenths.

-- Trigrams find a part of a word. The extension is trusted: the database's owner may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- How far each room is indexed: every message up to indexed_seq stands in search_entries, none above it. Whoever writes a
-- room's entries holds this row's lock. It may be trusted as a cursor because seqs are given under the room's lock: what is
-- visible below rooms.last_seq is complete.
CREATE TABLE search_progress (
  room_id bigint PRIMARY KEY,
  indexed_seq bigint NOT NULL DEFAULT 0
);

-- Like messages, without foreign keys.
CREATE TABLE search_entries (
  room_id bigint NOT NULL,
  seq bigint NOT NULL,
  account_id bigint NOT NULL,
  at timestamptz NOT NULL,
  content text NOT NULL,
  -- The words of the content with their places, and marks without: see search_words and search_marks.
  words tsvector NOT NULL,
  PRIMARY KEY (room_id, seq)
);
CREATE INDEX search_entries_words ON search_entries USING gin (words) WITH (fastupdate = off);
-- A text has ten times as many trigrams as words: a pending list triples the speed, and a short one (in KiB) costs a search
-- little.
CREATE INDEX search_entries_trigrams ON search_entries USING gin (content gin_trgm_ops)
  WITH (fastupdate = on, gin_pending_list_limit = 1024);
CREATE INDEX search_entries_at ON search_entries (at);

-- A text as search takes it apart; a query must be taken apart by the same. Every mark of punctuation parts words, so that
-- 10.0.0.7, /var/log/syslog, some_name and a@b.c are phrases of which each part can be found; signs of writing without
-- spaces (Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese) are a word each, so that any run of them is a phrase.
CREATE FUNCTION search_text(p_content text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT regexp_replace(
    translate(p_content, '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~' || chr(160), repeat(' ', 33)),
    '([\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF\u2E80-\u2FDF\u3005-\u3007\u3021-\u30FF\u3105-\u312F\u3131-\u318E\u31A0-\u31BF\u31F0-\u31FF\u3400-\u4DBF\u4E00-\u9FFF\uA960-\uA97F\uAC00-\uD7FF\uF900-\uFAFF\uFF66-\uFFDC\U00020000-\U0003FFFF])',
    ' \1 ', 'g')
$$;

CREATE FUNCTION search_words(p_content text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_tsvector('simple', search_text(p_content))
$$;

-- Facts about a message as words that no text can contain: where, by whom, and what is in it. With them one look into one
-- index answers "this word in that room by that person".
CREATE FUNCTION search_marks(p_room bigint, p_account bigint, p_content text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_to_tsvector(array_remove(ARRAY[
    '@room:' || p_room,
    '@from:' || p_account,
    CASE WHEN p_content ~* 'https?://' THEN '@link' END,
    CASE WHEN strpos(p_content, '`') > 0 THEN '@code' END
  ], NULL))
$$;

-- Indexes the next messages of those rooms, oldest first, at most p_limit of them and about p_chars of their text, and
-- tells how many, and which rooms are behind still (also those whose progress somebody else holds). What it commits need
-- not be durable: after a crash entries and progress are missing together, and the same messages are the next again.
CREATE FUNCTION search_index(
  p_rooms bigint[], p_limit integer, p_chars integer, OUT indexed integer, OUT behind bigint[]
) LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_room record;
  v_head bigint;
  v_chars bigint;
  v_count integer;
  v_top bigint;
  v_rest_chars integer := p_chars;
  v_done bigint[] := '{}';
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  indexed := 0;
  INSERT INTO search_progress (room_id) SELECT id FROM rooms WHERE id = ANY (p_rooms) ON CONFLICT DO NOTHING;
  FOR v_room IN
    SELECT p.room_id, p.indexed_seq FROM search_progress p WHERE p.room_id = ANY (p_rooms)
    ORDER BY p.room_id FOR UPDATE SKIP LOCKED
  LOOP
    EXIT WHEN indexed >= p_limit OR v_rest_chars <= 0;
    SELECT last_seq INTO v_head FROM rooms WHERE id = v_room.room_id;
    WITH page AS MATERIALIZED (
      SELECT m.room_id, m.seq, m.account_id, m.at, m.content, sum(length(m.content)) OVER (ORDER BY m.seq) AS chars
      FROM messages m WHERE m.room_id = v_room.room_id AND m.seq > v_room.indexed_seq AND m.seq <= v_head
      ORDER BY m.seq LIMIT p_limit - indexed
    ), taken AS MATERIALIZED (
      SELECT * FROM page WHERE chars - length(content) < v_rest_chars
    ), put AS (
      INSERT INTO search_entries (room_id, seq, account_id, at, content, words)
      SELECT t.room_id, t.seq, t.account_id, t.at, t.content,
             search_words(t.content) || search_marks(t.room_id, t.account_id, t.content)
      FROM taken t WHERE t.content <> ''
    )
    SELECT count(*), max(seq), max(chars) INTO v_count, v_top, v_chars FROM taken;
    -- What lies between the last message and the head are other events, unless the batch was full before.
    IF v_count = p_limit - indexed OR v_chars >= v_rest_chars THEN
      v_head := v_top;
    ELSE
      v_done := v_done || v_room.room_id;
    END IF;
    UPDATE search_progress SET indexed_seq = v_head WHERE room_id = v_room.room_id;
    indexed := indexed + v_count;
    v_rest_chars := v_rest_chars - COALESCE(v_chars, 0);
  END LOOP;
  SELECT COALESCE(array_agg(id), '{}') INTO behind FROM rooms WHERE id = ANY (p_rooms) AND id <> ALL (v_done);
END
$$;

-- Brings the entry of one message in line with what the message says now: for whoever has changed or emptied its content, in
-- the same transaction, so that no text outlives its deletion. The progress row's lock keeps the indexer from putting
-- back what it read before: what it has not reached yet it will read as it is then.
CREATE FUNCTION search_follow(p_room bigint, p_seq bigint) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_indexed bigint;
BEGIN
  -- An indexer that makes the row just now is waited for; a row that it has not committed could not be locked.
  INSERT INTO search_progress (room_id) VALUES (p_room) ON CONFLICT DO NOTHING;
  SELECT indexed_seq INTO v_indexed FROM search_progress WHERE room_id = p_room FOR UPDATE;
  IF p_seq > v_indexed THEN RETURN; END IF;
  DELETE FROM search_entries WHERE room_id = p_room AND seq = p_seq;
  INSERT INTO search_entries (room_id, seq, account_id, at, content, words)
  SELECT m.room_id, m.seq, m.account_id, m.at, m.content,
         search_words(m.content) || search_marks(m.room_id, m.account_id, m.content)
  FROM messages m WHERE m.room_id = p_room AND m.seq = p_seq AND m.content <> '';
END
$$;
