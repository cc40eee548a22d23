-- What makes the audit evidence: seals over its rows, the keys that sign them, holds that stop every purge.
-- A seal covers the rows of one agency with after_id < id <= until_id. Nobody may change or remove one.
CREATE TABLE audit_seal (
  agency_id uuid NOT NULL, number bigint NOT NULL CHECK (number > 0), after_id bigint NOT NULL, until_id bigint NOT NULL,
  ids bigint[] NOT NULL, leaves bytea NOT NULL, root bytea NOT NULL, previous bytea NOT NULL, head bytea NOT NULL,
  key_id text NOT NULL, signature bytea NOT NULL, at timestamptz NOT NULL,
  PRIMARY KEY (agency_id, number),
  CHECK (cardinality(ids) > 0 AND octet_length(leaves) = 32 * cardinality(ids)), CHECK (after_id < until_id));
CREATE INDEX audit_seal_until ON audit_seal (until_id);
-- The private half under a master key; the same key stands under another master key in a row of its own.
CREATE TABLE seal_key (key_id text NOT NULL, master text NOT NULL, sealed bytea NOT NULL,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (key_id, master));
SELECT build_gate('audit_seal', 'SELECT, INSERT', 'auditor'), build_gate('seal_key', 'SELECT, INSERT', 'auditor');
GRANT SELECT ON SEQUENCE audit_id_seq TO {db}_auditor;

-- Projection: legal holds, of one owner of records or (owner NULL) of the whole agency.
CREATE TABLE hold (agency_id uuid NOT NULL, id uuid NOT NULL, owner_id uuid, placed_at timestamptz NOT NULL,
  released_at timestamptz, PRIMARY KEY (agency_id, id));
CREATE INDEX hold_standing ON hold (agency_id) WHERE released_at IS NULL;
SELECT build_wall('hold');
CREATE POLICY retaining ON hold FOR SELECT TO {db}_owner USING (true);
CREATE POLICY retaining ON audit_seal FOR SELECT TO {db}_owner USING (true);

-- Whole months of the audit that are older than so many years. A month goes only when all its rows were archived and
-- sealed and when no hold stands in any agency: a month is one table for all of them.
CREATE FUNCTION months_of_audit(years int) RETURNS SETOF date LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT m FROM (SELECT to_date(right(c.relname, 6), 'YYYYMM') AS m FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'audit'::regclass AND c.relname ~ '^audit_[0-9]{6}$') found
  WHERE m + interval '1 month' <= (clock_timestamp() AT TIME ZONE 'UTC') - make_interval(years => greatest(years, 1))
  ORDER BY m $$;
CREATE FUNCTION drop_month_of_audit(month date, archived bigint, years int) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
DECLARE found bigint; newest bigint;
BEGIN
  IF month NOT IN (SELECT months_of_audit(years)) OR EXISTS (SELECT FROM hold WHERE released_at IS NULL) THEN
    RETURN false;
  END IF;
  PERFORM set_config('app.migrating', 'on', true);
  SELECT count(*), coalesce(max(id), 0) INTO found, newest FROM audit WHERE at >= month::text::timestamp AT TIME ZONE 'UTC'
    AND at < (month + interval '1 month')::timestamp AT TIME ZONE 'UTC';
  PERFORM set_config('app.migrating', '', true);
  IF found <> archived OR newest > (SELECT coalesce(max(until_id), 0) FROM audit_seal) THEN RETURN false; END IF;
  EXECUTE format('DROP TABLE %I', 'audit_' || to_char(month, 'YYYYMM'));
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION months_of_audit FROM PUBLIC;
REVOKE ALL ON FUNCTION drop_month_of_audit FROM PUBLIC;
GRANT EXECUTE ON FUNCTION months_of_audit, drop_month_of_audit TO {db}_auditor;
