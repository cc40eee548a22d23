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
