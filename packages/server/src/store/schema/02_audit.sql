-- The audit log: a chain of rows, each bound to the previous one by its hash.

-- Records an act in the audit log, as noun.verb (room.kick), with the ids of those it affects: {"userId": 2, "roomId": 5}.
-- A null actor means that nobody was signed in. Null values in the subject are dropped.
-- Call it anywhere in the act's own transaction: the row joins the chain when that transaction commits, or not at all.
-- Never pass a secret: no token, no password, no text of a message.
-- Texts that the actor gave (a reason, the name of a token) go to audit_texts. The row has their digest as "text" instead.
CREATE OR REPLACE FUNCTION audit(p_actor bigint, p_act text, p_subject jsonb) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_subject jsonb := jsonb_strip_nulls(p_subject);
  v_texts jsonb;
  v_salt bytea := uuid_send(gen_random_uuid());
  v_digest text;
BEGIN
  SELECT jsonb_object_agg(key, value) INTO v_texts
  FROM jsonb_each(CASE WHEN jsonb_typeof(v_subject) = 'object' THEN v_subject ELSE '{}' END)
  WHERE p_actor IS NOT NULL AND (key = 'reason' OR (key = 'name' AND p_act = 'token.create'));
  IF v_texts IS NOT NULL THEN
    v_digest := audit_digest(v_salt, v_texts);
    v_subject := (v_subject - 'reason' - CASE WHEN v_texts ? 'name' THEN 'name' ELSE '' END) || jsonb_build_object('text', v_digest);
    INSERT INTO audit_texts (digest, actor_id, salt, texts) VALUES (v_digest, p_actor, v_salt, v_texts);
  END IF;
  INSERT INTO audit_pending (actor_id, act, subject) VALUES (p_actor, p_act, v_subject);
END
$$;

-- Returns the digest that the log has in place of texts.
CREATE OR REPLACE FUNCTION audit_digest(p_salt bytea, p_texts jsonb) RETURNS text LANGUAGE sql STABLE
RETURN encode(sha256(p_salt || convert_to(p_texts::text, 'UTF8')), 'hex');

-- Whether the texts of a row are as they were given. Only a deleted person's may be missing.
CREATE OR REPLACE FUNCTION is_audit_text_whole(p_actor bigint, p_digest text) RETURNS boolean LANGUAGE sql STABLE
RETURN p_digest IS NULL OR COALESCE(
  (SELECT audit_digest(t.salt, t.texts) = t.digest AND t.actor_id = p_actor FROM audit_texts t WHERE t.digest = p_digest),
  NOT EXISTS (SELECT FROM accounts a WHERE a.id = p_actor AND a.deleted_at IS NULL));

-- Returns a row's subject with its texts, as far as they are kept.
CREATE OR REPLACE FUNCTION audit_subject(p_subject jsonb) RETURNS jsonb LANGUAGE sql STABLE
RETURN CASE WHEN p_subject ? 'text'
  THEN (p_subject - 'text') || COALESCE((SELECT t.texts FROM audit_texts t WHERE t.digest = p_subject ->> 'text'), '{}')
  ELSE p_subject END;

-- Returns the microseconds since 1970. This is the column's full precision, so the hash covers all of a time.
CREATE OR REPLACE FUNCTION audit_time(p_at timestamptz) RETURNS bigint LANGUAGE sql STABLE
RETURN (extract(epoch FROM p_at) * 1000000)::bigint;

-- Returns the text that a row's hash covers, one part per line. JSON escapes control characters, so no value can add a line.
-- The verification in store/audit.ts computes the same text.
CREATE OR REPLACE FUNCTION audit_text(p_previous bytea, p_id bigint, p_at timestamptz, p_actor bigint, p_act text, p_subject jsonb)
RETURNS text LANGUAGE sql STABLE
RETURN concat_ws(E'\n', encode(p_previous, 'hex'), p_id, audit_time(p_at), COALESCE(p_actor::text, ''), p_act, p_subject);

-- Appends an act to the chain. It runs at commit, so that the lock of the chain's end is the last that a transaction takes.
CREATE OR REPLACE FUNCTION chain_audit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_head audit_head;
  v_at timestamptz;
  v_hash bytea;
BEGIN
  SELECT * INTO STRICT v_head FROM audit_head FOR UPDATE;
  v_at := clock_timestamp();
  v_hash := sha256(convert_to(audit_text(v_head.last_hash, v_head.last_id + 1, v_at, NEW.actor_id, NEW.act, NEW.subject), 'UTF8'));
  INSERT INTO audit_log (id, at, actor_id, act, subject, hash)
  VALUES (v_head.last_id + 1, v_at, NEW.actor_id, NEW.act, NEW.subject, v_hash);
  UPDATE audit_head SET last_id = v_head.last_id + 1, last_hash = v_hash;
  DELETE FROM audit_pending WHERE id = NEW.id;
  RETURN NULL;
END
$$;

-- Rejects a change of rows that must stay as they are.
CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% takes new rows only: % is refused', TG_TABLE_NAME, TG_OP;
END
$$;

-- In the order in which an act locks these tables (see migrate/routines.ts). A constraint trigger cannot be replaced.
DROP TRIGGER IF EXISTS audit_pending_chain ON audit_pending;
CREATE CONSTRAINT TRIGGER audit_pending_chain AFTER INSERT ON audit_pending
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION chain_audit();
CREATE OR REPLACE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_head
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE OR REPLACE TRIGGER audit_texts_stay BEFORE UPDATE OR TRUNCATE ON audit_texts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE OR REPLACE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- Returns a page of the log, newest first. A null parameter does not filter.
-- p_act: an act, or a noun for all acts of that noun. p_below: rows with a lower id, for the next page.
CREATE OR REPLACE FUNCTION list_audit(
  p_act text, p_actor bigint, p_subject jsonb, p_after timestamptz, p_before timestamptz, p_below bigint, p_limit integer
) RETURNS SETOF audit_log LANGUAGE plpgsql STABLE
-- Each combination of filters needs its own plan.
SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  RETURN QUERY
  SELECT l.* FROM audit_log l
  WHERE (p_act IS NULL OR l.act = p_act OR l.act LIKE p_act || '.%')
    AND (p_actor IS NULL OR l.actor_id = p_actor)
    AND (p_subject IS NULL OR l.subject @> p_subject)
    AND (p_after IS NULL OR l.at > p_after) AND (p_before IS NULL OR l.at < p_before)
    AND (p_below IS NULL OR l.id < p_below)
  ORDER BY l.id DESC LIMIT p_limit;
END
$$;
