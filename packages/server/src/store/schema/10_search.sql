-- Search: how a text becomes words, and how the index follows the messages.

-- Folds a text for search: canonically equal texts, both cases and full-width forms become one text; characters that no reader
-- sees are dropped, and the tatweel, which stretches an Arabic word; typographic quotes, apostrophes and dashes become the straight ones, and several dashes one. Accents stay.
-- It works from the inside out: no invisible characters, NFKD, one case, NFKC, straight signs. search_entries and queries are folded
-- here; packages/protocol/src/search/fold.ts does the same for the ranges of a hit, and a test compares the two.
CREATE OR REPLACE FUNCTION search_fold(p_text text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN octet_length(p_text) = char_length(p_text) THEN
    regexp_replace(lower(p_text COLLATE "C"), '-{2,}', '-', 'g')
  ELSE
    regexp_replace(regexp_replace(regexp_replace(
      normalize(regexp_replace(replace(translate(lower(upper(lower(normalize(translate(
        -- Default-ignorable code points.
        regexp_replace(p_text, '['
          '\u00AD\u034F\u061C\u115F-\u1160\u17B4-\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF'
          '\uFFA0\uFFF0-\uFFF8\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E0FFF'
          ']+', '', 'g'),
        -- Signs that normalization would take apart.
        U&'\00B4\2033\2036', '''""'), NFKD)))),
        -- Final sigma, dotless and dotted i, iota subscript, tatweel (dropped), sharp s.
        U&'\03C2\0131\0130\0345\0640', U&'\03C3ii\03B9'), U&'\00DF', 'ss'), 'i\u0307+', 'i', 'g'), NFKC),
      '[\u00AB\u00BB\u05F4\u201C-\u201F\u2E42\u300C-\u300F\u301D-\u301F]', '"', 'g'),
      '[\u02B9\u02BB-\u02BD\u055A\u05F3\u2018-\u201B\u2032\u2035\u2039\u203A]', '''', 'g'),
      '[-\u058A\u05BE\u1400\u1806\u2010-\u2015\u2212\u2E17\u2E1A\u2E3A\u2E3B\u2E40\u2E5D\u30A0\U00010D6E\U00010EAD]+', '-', 'g')
  END
$$;

-- Splits a folded text into its words, in order. Letters, digits and combining marks form words, and anything else
-- separates them: 10.0.0.7, /var/log/syslog, some_name and a@b.c are several words each. Each character of scripts without spaces
-- (Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese) and each emoji is a word of its own, so any run of them is a phrase.
-- PostgreSQL's own parser would depend on the database's locale. packages/protocol/src/search/words.ts does the same, and a test
-- compares the two.
CREATE OR REPLACE FUNCTION search_split(p_folded text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_remove(string_to_array(regexp_replace(regexp_replace(p_folded,
    -- Separators: punctuation, symbols, spaces, control and format characters, private use (P, S, Z, Cc, Cf, Co of Unicode 17).
    '['
    '\u0001-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00A9\u00AB-\u00B1\u00B4\u00B6-\u00B8\u00BB\u00BF\u00D7\u00F7'
    '\u02C2-\u02C5\u02D2-\u02DF\u02E5-\u02EB\u02ED\u02EF-\u02FF\u0375\u037E\u0384-\u0385\u0387\u03F6\u0482'
    '\u055A-\u055F\u0589-\u058F\u05BE\u05C0\u05C3\u05C6\u05F3-\u060F\u061B-\u061F\u066A-\u066D\u06D4\u06DD-\u06DE'
    '\u06E9\u06FD-\u06FE\u0700-\u070F\u07F6-\u07F9\u07FE-\u07FF\u0830-\u083E\u085E\u0888\u0890-\u0891\u08E2'
    '\u0964-\u0965\u0970\u09F2-\u09F3\u09FA-\u09FB\u09FD\u0A76\u0AF0-\u0AF1\u0B70\u0BF3-\u0BFA\u0C77\u0C7F\u0C84'
    '\u0D4F\u0D79\u0DF4\u0F01-\u0F17\u0F1A-\u0F1F\u0F34\u0F36\u0F38\u0F3A-\u0F3D\u0F85\u0FBE-\u0FC5\u0FC7-\u0FDA'
    '\u10FB\u1360-\u1368\u1390-\u1399\u1400\u166D-\u166E\u1680\u169B-\u169C\u16EB-\u16ED\u1735-\u1736\u1800-\u180A'
    '\u180E\u1940-\u1945\u19DE-\u19FF\u1A1E-\u1A1F\u1AA0-\u1AA6\u1AA8-\u1AAD\u1B4E-\u1B4F\u1B5A-\u1B6A\u1B74-\u1B7F'
    '\u1BFC-\u1BFF\u1C3B-\u1C3F\u1C7E-\u1C7F\u1CC0-\u1CC7\u1CD3\u1FBD\u1FBF-\u1FC1\u1FCD-\u1FCF\u1FDD-\u1FDF'
    '\u1FED-\u1FEF\u1FFD-\u206F\u207A-\u207E\u208A-\u208E\u20A0-\u20C1\u2100-\u2101\u2103-\u2106\u2108-\u2109\u2114'
    '\u2116-\u2118\u211E-\u2123\u2125\u2127\u2129\u212E\u213A-\u213B\u2140-\u2144\u214A-\u214D\u214F\u218A-\u22FF'
    '\u2400-\u244A\u249C-\u24E9\u2500-\u25FF\u27C0-\u2B04\u2B56-\u2BFF\u2CE5-\u2CEA\u2CF9-\u2CFC\u2CFE-\u2CFF\u2D70'
    '\u2E00-\u2E2E\u2E30-\u2E5D\u2FF0-\u3004\u3008-\u3020\u3190-\u3191\u3196-\u319F\u31C0-\u31EF\u3200-\u321E'
    '\u322A-\u3247\u3250\u3260-\u327F\u328A-\u32B0\u32C0-\u33FF\u4DC0-\u4DFF\uA490-\uA4C6\uA4FE-\uA4FF\uA60D-\uA60F'
    '\uA673\uA67E\uA6F2-\uA716\uA720-\uA721\uA789-\uA78A\uA828-\uA82B\uA836-\uA839\uA874-\uA877\uA8CE-\uA8CF'
    '\uA8F8-\uA8FA\uA8FC\uA92E-\uA92F\uA95F\uA9C1-\uA9CD\uA9DE-\uA9DF\uAA5C-\uAA5F\uAA77-\uAA79\uAADE-\uAADF'
    '\uAAF0-\uAAF1\uAB5B\uAB6A-\uAB6B\uABEB\uE000-\uF8FF\uFB29\uFBB2-\uFBD2\uFD3E-\uFD4F\uFD90-\uFD91\uFDC8-\uFDCF'
    '\uFDFC-\uFE19\uFE30-\uFE6B\uFEFF-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65\uFFE0-\uFFFD'
    '\U00010100-\U00010102\U00010137-\U0001013F\U00010179-\U00010189\U0001018C-\U000101FC\U0001039F\U000103D0'
    '\U0001056F\U00010857\U00010877-\U00010878\U0001091F\U0001093F\U00010A50-\U00010A58\U00010A7F\U00010AC8'
    '\U00010AF0-\U00010AF6\U00010B39-\U00010B3F\U00010B99-\U00010B9C\U00010D6E\U00010D8E-\U00010D8F\U00010EAD'
    '\U00010ED0-\U00010ED8\U00010F55-\U00010F59\U00010F86-\U00010F89\U00011047-\U0001104D\U000110BB-\U000110C1'
    '\U000110CD\U00011140-\U00011143\U00011174-\U00011175\U000111C5-\U000111C8\U000111CD\U000111DB'
    '\U000111DD-\U000111DF\U00011238-\U0001123D\U000112A9\U000113D4-\U000113D8\U0001144B-\U0001144F'
    '\U0001145A-\U0001145D\U000114C6\U000115C1-\U000115D7\U00011641-\U00011643\U00011660-\U0001166C\U000116B9'
    '\U0001173C-\U0001173F\U0001183B\U00011944-\U00011946\U000119E2\U00011A3F-\U00011A46\U00011A9A-\U00011A9C'
    '\U00011A9E-\U00011AA2\U00011B00-\U00011B09\U00011BE1\U00011C41-\U00011C45\U00011C70-\U00011C71'
    '\U00011EF7-\U00011EF8\U00011F43-\U00011F4F\U00011FD5-\U00011FFF\U00012470-\U00012474\U00012FF1-\U00012FF2'
    '\U00013430-\U0001343F\U00016A6E-\U00016A6F\U00016AF5\U00016B37-\U00016B3F\U00016B44-\U00016B45'
    '\U00016D6D-\U00016D6F\U00016E97-\U00016E9A\U00016FE2\U0001BC9C\U0001BC9F-\U0001CCEF\U0001CCFA-\U0001CEF0'
    '\U0001CF50-\U0001D164\U0001D16A-\U0001D16C\U0001D173-\U0001D17A\U0001D183-\U0001D184\U0001D18C-\U0001D1A9'
    '\U0001D1AE-\U0001D241\U0001D245\U0001D300-\U0001D356\U0001D6C1\U0001D6DB\U0001D6FB\U0001D715\U0001D735'
    '\U0001D74F\U0001D76F\U0001D789\U0001D7A9\U0001D7C3\U0001D800-\U0001D9FF\U0001DA37-\U0001DA3A'
    '\U0001DA6D-\U0001DA74\U0001DA76-\U0001DA83\U0001DA85-\U0001DA8B\U0001E14F\U0001E2FF\U0001E5FF'
    '\U0001E95E-\U0001E95F\U0001ECAC\U0001ECB0\U0001ED2E\U0001EEF0-\U0001EEF1\U0001FB00-\U0001FBEF\U0001FBFA'
    '\U000E0001-\U000E007F\U000F0000-\U0010FFFD'
    ']+', ' ', 'g'),
    '(['
    '\u0E00-\u0EFF\u1000-\u109F\u1100-\u11FF\u1780-\u17FF\u2300-\u23FF\u2600-\u27BF\u2B05-\u2B55\u2E80-\u2FDF\u3005-\u3007'
    '\u3021-\u30FF'
    '\u3105-\u312F\u3131-\u318E\u31A0-\u31BF\u31F0-\u31FF\u3400-\u4DBF\u4E00-\u9FFF\uA960-\uA97F\uAC00-\uD7FF\uF900-\uFAFF'
    '\uFF66-\uFFDC\U0001F000-\U0001FAFF\U00020000-\U0003FFFF'
    '])', ' \1 ', 'g'), ' '), '')
$$;

-- Returns the words of a folded text with their positions. A word longer than PostgreSQL allows is left out, and its position stays free.
CREATE OR REPLACE FUNCTION search_words(p_folded text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT COALESCE(string_agg('''' || w.word || ''':' || w.place, ' ') FILTER (WHERE octet_length(w.word) <= 2046), '')::tsvector
  FROM unnest(search_split(p_folded)) WITH ORDINALITY w (word, place)
$$;

-- Returns a query for the words of a text as a phrase. If p_is_beginning, the last word may be the start of a longer one.
-- Null if the text has no words.
CREATE OR REPLACE FUNCTION search_query(p_text text, p_is_beginning boolean) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (string_agg('''' || w.word || '''', ' <-> ' ORDER BY w.place) || CASE WHEN p_is_beginning THEN ':*' ELSE '' END)::tsquery
  FROM unnest(search_split(search_fold(p_text))) WITH ORDINALITY w (word, place)
$$;

-- Returns marks: facts about a message (room, author, has a link, has code) as words that no text can contain. So one lookup in one
-- index answers "this word in that room by that person".
CREATE OR REPLACE FUNCTION search_marks(p_room bigint, p_account bigint, p_content text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_to_tsvector(array_remove(ARRAY[
    '@room:' || p_room,
    '@from:' || p_account,
    CASE WHEN p_content ~* 'https?://' THEN '@link' END,
    CASE WHEN strpos(p_content, '`') > 0 THEN '@code' END
  ], NULL))
$$;

-- Indexes the next messages of these rooms, oldest first: at most p_limit messages and about p_chars characters. The rooms take
-- turns in the given order, and of several rooms each gets a share, so that a flood in one does not delay the others. It skips
-- rooms whose progress another session holds. Returns how many it indexed, and which rooms are still behind, skipped ones included:
-- those that got nothing come first.
-- Its commit need not be durable: after a crash entries and progress are lost together, and the same messages come next again.
CREATE OR REPLACE FUNCTION search_index(
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
  v_share integer := GREATEST(1, LEAST(4, cardinality(p_rooms)));
  v_most integer;
  v_most_chars integer;
  v_done bigint[] := '{}';
  v_served bigint[] := '{}';
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  indexed := 0;
  INSERT INTO search_progress (room_id) SELECT id FROM rooms WHERE id = ANY (p_rooms) ON CONFLICT DO NOTHING;
  FOR v_room IN
    SELECT p.room_id, p.indexed_seq FROM search_progress p WHERE p.room_id = ANY (p_rooms)
    ORDER BY array_position(p_rooms, p.room_id) FOR UPDATE SKIP LOCKED
  LOOP
    EXIT WHEN indexed >= p_limit OR v_rest_chars <= 0;
    v_most := LEAST(p_limit - indexed, GREATEST(1, p_limit / v_share));
    v_most_chars := LEAST(v_rest_chars, p_chars / v_share);
    SELECT last_seq INTO v_head FROM rooms WHERE id = v_room.room_id;
    WITH page AS MATERIALIZED (
      SELECT m.room_id, m.seq, m.account_id, m.at, m.content, sum(length(m.content)) OVER (ORDER BY m.seq) AS chars
      FROM messages m WHERE m.room_id = v_room.room_id AND m.seq > v_room.indexed_seq AND m.seq <= v_head
      ORDER BY m.seq LIMIT v_most
    ), taken AS MATERIALIZED (
      SELECT * FROM page WHERE chars - length(content) < v_most_chars
    ), put AS (
      INSERT INTO search_entries (room_id, seq, account_id, at, folded, words)
      SELECT t.room_id, t.seq, t.account_id, t.at, f.folded,
             search_words(f.folded) || search_marks(t.room_id, t.account_id, t.content)
      FROM taken t CROSS JOIN LATERAL (SELECT search_fold(t.content) AS folded OFFSET 0) f WHERE t.content <> ''
    )
    SELECT count(*), max(seq), max(chars) INTO v_count, v_top, v_chars FROM taken;
    -- Unless the limit cut the batch, only other events are between its last message and the head.
    IF v_count = v_most OR v_chars >= v_most_chars THEN
      v_head := v_top;
      v_served := v_served || v_room.room_id;
    ELSE
      v_done := v_done || v_room.room_id;
    END IF;
    UPDATE search_progress SET indexed_seq = v_head WHERE room_id = v_room.room_id;
    indexed := indexed + v_count;
    v_rest_chars := v_rest_chars - COALESCE(v_chars, 0);
  END LOOP;
  SELECT COALESCE(array_agg(id ORDER BY id = ANY (v_served), array_position(p_rooms, id)), '{}') INTO behind
  FROM rooms WHERE id = ANY (p_rooms) AND id <> ALL (v_done);
END
$$;

-- Rewrites the search entry of a message after its text was changed or erased. Call it in the same transaction, so that no text
-- outlives its deletion. The lock of the progress row keeps the indexer from writing an older text. A message that the indexer
-- has not reached yet needs nothing: it will be read as it is then.
CREATE OR REPLACE FUNCTION refresh_search_entry(p_room bigint, p_seq bigint) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_indexed bigint;
BEGIN
  -- This waits for an indexer that is inserting the row. Otherwise its uncommitted row could not be locked.
  INSERT INTO search_progress (room_id) VALUES (p_room) ON CONFLICT DO NOTHING;
  SELECT indexed_seq INTO v_indexed FROM search_progress WHERE room_id = p_room FOR UPDATE;
  IF p_seq > v_indexed THEN RETURN; END IF;
  DELETE FROM search_entries WHERE room_id = p_room AND seq = p_seq;
  INSERT INTO search_entries (room_id, seq, account_id, at, folded, words)
  SELECT m.room_id, m.seq, m.account_id, m.at, f.folded,
         search_words(f.folded) || search_marks(m.room_id, m.account_id, m.content)
  FROM messages m CROSS JOIN LATERAL (SELECT search_fold(m.content) AS folded OFFSET 0) f WHERE m.room_id = p_room AND m.seq = p_seq AND m.content <> '';
END
$$;
