-- The second step of the plumbing: where a partition is read from stands beside what was applied of it.
ALTER TABLE applied ADD COLUMN next_offset bigint NOT NULL DEFAULT 0;

-- `epoch` is the term of the leading relay: who no longer leads neither sequences nor saves the cursor.
ALTER TABLE log_counter ADD COLUMN epoch bigint NOT NULL DEFAULT 0;
-- The log is read by position only; two indexes less are two less to write for each event.
DROP INDEX event_log_part;
DROP INDEX event_log_key;

DROP FUNCTION sequence_outbox(int);
-- Moves committed rows, in the order of their ids, into the log and returns them as they stand there. The lock is one
-- statement, the move the next: its snapshot is newer than the lock.
CREATE FUNCTION sequence_outbox(batch int, term bigint) RETURNS SETOF event_log LANGUAGE plpgsql AS $$
DECLARE base bigint; moved bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(7302);
  SELECT c.position INTO base FROM log_counter c;
  RETURN QUERY WITH
  taken AS (DELETE FROM outbox o WHERE o.ctid = ANY (ARRAY(SELECT ctid FROM outbox ORDER BY id LIMIT batch)) RETURNING o.*),
  numbered AS (SELECT t.*, base + row_number() OVER (ORDER BY t.id) AS place, partition_of(t.key) AS slot FROM taken t),
  chained AS MATERIALIZED (SELECT n.*, coalesce(lag(n.place) OVER (PARTITION BY n.topic, n.slot ORDER BY n.place),
      h.position, 0) AS before FROM numbered n LEFT JOIN log_head h ON h.topic = n.topic AND h.part = n.slot),
  heads AS (INSERT INTO log_head SELECT c.topic, c.slot, max(c.place) FROM chained c GROUP BY c.topic, c.slot
    ON CONFLICT (topic, part) DO UPDATE SET position = excluded.position)
  INSERT INTO event_log AS l (position, topic, part, prev, agency_id, event_id, type, key, aggregate_id, sequence, time,
      correlation, causation, actor, data, committed_at)
    SELECT c.place, c.topic, c.slot, c.before, c.agency_id, c.event_id, c.type, c.key, c.aggregate_id, c.sequence, c.time,
      c.correlation, c.causation, c.actor, c.data, c.committed_at FROM chained c ORDER BY c.place RETURNING l.*;
  GET DIAGNOSTICS moved = ROW_COUNT;
  IF moved > 0 THEN
    UPDATE log_counter c SET position = base + moved WHERE c.epoch = term;
    IF NOT FOUND THEN RAISE EXCEPTION 'another relay leads' USING ERRCODE = 'TR410'; END IF;
  END IF;
END $$;

-- A timer that fails stays, with its reason, and is tried again later. `made_at` tells the age of an intent.
ALTER TABLE timer ADD COLUMN attempts int NOT NULL DEFAULT 0, ADD COLUMN retry_at timestamptz, ADD COLUMN reason text;
ALTER TABLE outbound ADD COLUMN made_at timestamptz NOT NULL DEFAULT clock_timestamp();

-- A day of the log leaves the table when it is in the archive whole: all of it published, as many rows as were written
-- there, and older than retention says. The owner runs this for the relay.
CREATE FUNCTION days_of_log(older_than int) RETURNS SETOF date LANGUAGE sql STABLE AS $$
  SELECT d FROM (SELECT to_date(right(c.relname, 8), 'YYYYMMDD') AS d FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'event_log'::regclass AND c.relname ~ '^event_log_\d{8}$') days
  WHERE d < (clock_timestamp() AT TIME ZONE 'UTC')::date - older_than ORDER BY d $$;
CREATE FUNCTION drop_day_of_log(day date, archived bigint, older_than int) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
DECLARE found bigint; newest bigint;
BEGIN
  IF day NOT IN (SELECT days_of_log(greatest(older_than, 1))) THEN RETURN false; END IF;
  PERFORM set_config('app.migrating', 'on', true);
  SELECT count(*), coalesce(max(position), 0) INTO found, newest FROM event_log WHERE logged_on = day;
  PERFORM set_config('app.migrating', '', true);
  IF found <> archived OR newest > (SELECT published FROM log_counter) THEN RETURN false; END IF;
  EXECUTE format('DROP TABLE %I', 'event_log_' || to_char(day, 'YYYYMMDD'));
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION drop_day_of_log FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_day_of_log TO {db}_relay;
CREATE POLICY counting ON log_counter FOR SELECT TO {db}_owner USING (true);

-- The inbox is looked up by the event alone: one index less is half of what an entry costs.
DROP INDEX inbox_key;
-- Entries of the inbox outlive the log of those who told.
CREATE INDEX inbox_age ON inbox USING brin (applied_at);
SELECT build_gate('inbox', 'SELECT, DELETE', 'relay');

-- A rebuild swaps its table while nobody applies anything.
SELECT build_gate('applied', 'SELECT, UPDATE', 'owner');
