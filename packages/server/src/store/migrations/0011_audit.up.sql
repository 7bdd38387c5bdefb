-- The audit log: who did what to whom, in order, each row bound to the one before by its hash.

-- One row: the end of the chain. Its lock is the last that a transaction takes, as it commits: whoever holds it waits for
-- nobody, so that no two acts wait for each other.
CREATE TABLE audit_head (
  is_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_only_row),
  last_id bigint NOT NULL DEFAULT 0,
  last_hash bytea NOT NULL DEFAULT '\x'
);
INSERT INTO audit_head DEFAULT VALUES;

CREATE TABLE audit_log (
  id bigint PRIMARY KEY,
  at timestamptz NOT NULL,
  -- No reference: the log outlives the accounts that it names. Null: nobody signed in, or the server itself.
  actor_id bigint,
  act text COLLATE "C" NOT NULL,
  subject jsonb NOT NULL,
  hash bytea NOT NULL
);
CREATE INDEX audit_log_at ON audit_log (at);
CREATE INDEX audit_log_actor ON audit_log (actor_id, id);
CREATE INDEX audit_log_act ON audit_log (act, id);
CREATE INDEX audit_log_subject ON audit_log USING gin (subject jsonb_path_ops);

-- What the transaction under way has done so far; its rows live no longer than that transaction.
CREATE UNLOGGED TABLE audit_pending (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  actor_id bigint,
  act text NOT NULL CHECK (act ~ '^[a-z]+([.-][a-z]+)+$'),
  subject jsonb NOT NULL CHECK (jsonb_typeof(subject) = 'object' AND length(subject::text) <= 4000)
);

-- Notes an act, as noun.verb, with those whom it is about: {"userId": 2, "roomId": 5}. It may be called anywhere in the
-- act's own transaction, which puts it into the log as it commits, or not at all. Give no secrets: no token, no password, no
-- text of a message.
CREATE FUNCTION audit(p_actor bigint, p_act text, p_subject jsonb) RETURNS void LANGUAGE sql VOLATILE AS $$
  INSERT INTO audit_pending (actor_id, act, subject) VALUES (p_actor, p_act, jsonb_strip_nulls(p_subject))
$$;

-- Microseconds since 1970: all that the column keeps, so that no part of it can be altered unseen.
CREATE FUNCTION audit_time(p_at timestamptz) RETURNS bigint LANGUAGE sql STABLE
RETURN (extract(epoch FROM p_at) * 1000000)::bigint;

-- What a row's hash covers, one part a line. JSON escapes control characters, so that no value can add a line.
CREATE FUNCTION audit_text(p_previous bytea, p_id bigint, p_at timestamptz, p_actor bigint, p_act text, p_subject jsonb)
RETURNS text LANGUAGE sql STABLE
RETURN concat_ws(E'\n', encode(p_previous, 'hex'), p_id, audit_time(p_at), COALESCE(p_actor::text, ''), p_act, p_subject);

CREATE FUNCTION chain_audit() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE CONSTRAINT TRIGGER audit_pending_chain AFTER INSERT ON audit_pending
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION chain_audit();

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% takes new rows only: % is refused', TG_TABLE_NAME, TG_OP;
END
$$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_head
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- A page of the log, newest first; null filters nothing. p_act is an act, or a noun for all of its acts.
CREATE FUNCTION list_audit(
  p_act text, p_actor bigint, p_subject jsonb, p_after timestamptz, p_before timestamptz, p_below bigint, p_limit integer
) RETURNS SETOF audit_log LANGUAGE plpgsql STABLE
-- Each set of filters has its own best plan.
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

-- As 0003 made it; whatever is done to a room or its people now goes into the audit log too.
CREATE OR REPLACE FUNCTION put_event(
  p_room bigint, p_kind text, p_account bigint, p_target bigint, p_detail text, OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  UPDATE rooms SET last_seq = last_seq + 1 WHERE id = p_room RETURNING last_seq INTO seq;
  at := date_trunc('milliseconds', clock_timestamp());
  INSERT INTO events VALUES (p_room, seq, p_kind, p_account, at, p_target, p_detail);
  IF p_kind NOT IN ('edit', 'react', 'leave') AND (p_kind <> 'join' OR seq = 1) THEN
    PERFORM audit_room_act(p_room, seq, p_kind, p_account, p_target, p_detail);
  END IF;
END
$$;

-- Audits what was done in a room. Who made a direct room is nobody's business, nor are the words of closed rooms.
CREATE FUNCTION audit_room_act(p_room bigint, p_seq bigint, p_kind text, p_actor bigint, p_target bigint, p_detail text)
RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  v_room record;
  v_act text := 'room.' || p_kind;
  v_subject jsonb := jsonb_build_object('roomId', p_room, 'seq', p_seq, 'userId', p_target);
BEGIN
  SELECT r.kind, r.name INTO v_room FROM rooms r WHERE r.id = p_room;
  IF p_kind = 'delete' THEN
    SELECT m.account_id INTO p_target FROM messages m WHERE m.room_id = p_room AND m.seq = p_target;
    IF p_target = p_actor THEN RETURN; END IF;
    v_act := 'message.delete';
    v_subject := v_subject || jsonb_build_object('userId', p_target, 'target', v_subject -> 'userId');
  ELSIF p_kind = 'join' THEN
    IF v_room.kind = 'direct' THEN RETURN; END IF;
    v_act := 'room.create';
    v_subject := v_subject || jsonb_build_object('kind', v_room.kind, 'name', v_room.name);
  ELSIF p_kind = 'mute' AND p_detail IS NULL THEN
    v_act := 'room.unmute';
  ELSIF p_kind = 'ban' THEN
    v_subject := v_subject || p_detail::jsonb;
  ELSE
    v_subject := v_subject || CASE p_kind
      WHEN 'kick' THEN jsonb_build_object('reason', p_detail)
      WHEN 'role' THEN jsonb_build_object('role', p_detail)
      WHEN 'mute' THEN jsonb_build_object('until', p_detail)
      WHEN 'slow' THEN jsonb_build_object('seconds', p_detail::integer)
      WHEN 'rename' THEN jsonb_build_object('name', p_detail)
      WHEN 'topic' THEN jsonb_build_object('topic', p_detail)
      ELSE '{}' END;
  END IF;
  IF v_room.kind <> 'open' THEN v_subject := v_subject - ARRAY['name', 'topic', 'reason']; END IF;
  PERFORM audit(p_actor, v_act, v_subject);
END
$$;
