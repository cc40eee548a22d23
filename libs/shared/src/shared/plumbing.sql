-- The tables that every service has, and their walls. {db} is the database's name; roles are named after it.
CREATE FUNCTION partition_of(key text) RETURNS smallint LANGUAGE sql IMMUTABLE STRICT
  RETURN ((('x' || substr(md5(key), 1, 7))::bit(28)::int) % 12)::smallint;

CREATE FUNCTION agency() RETURNS uuid LANGUAGE sql STABLE
  RETURN nullif(current_setting('app.agency', true), '')::uuid;

CREATE FUNCTION claim_key(lock bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT pg_try_advisory_xact_lock(lock) THEN RAISE EXCEPTION 'request in flight' USING ERRCODE = 'TR409'; END IF;
END $$;

CREATE TABLE aggregate_sequence (
  agency_id uuid NOT NULL, aggregate_id uuid NOT NULL, last bigint NOT NULL, PRIMARY KEY (agency_id, aggregate_id));

CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, agency_id uuid NOT NULL, event_id uuid NOT NULL, type text NOT NULL,
  topic text NOT NULL, key text NOT NULL, aggregate_id uuid NOT NULL, sequence bigint NOT NULL, time timestamptz NOT NULL,
  correlation text NOT NULL, causation text, actor text NOT NULL, data jsonb NOT NULL,
  committed_at timestamptz NOT NULL DEFAULT clock_timestamp());

CREATE TABLE event_log (
  position bigint NOT NULL, topic text NOT NULL, part smallint NOT NULL, prev bigint NOT NULL, agency_id uuid NOT NULL,
  event_id uuid NOT NULL, type text NOT NULL, key text NOT NULL, aggregate_id uuid NOT NULL, sequence bigint NOT NULL,
  time timestamptz NOT NULL, correlation text NOT NULL, causation text, actor text NOT NULL, data jsonb NOT NULL,
  committed_at timestamptz NOT NULL, logged_on date NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC')::date,
  PRIMARY KEY (position, logged_on)) PARTITION BY RANGE (logged_on);
CREATE INDEX event_log_part ON event_log (topic, part, position);
CREATE INDEX event_log_key ON event_log (agency_id, key, position);
CREATE TABLE event_log_rest PARTITION OF event_log DEFAULT;

CREATE TABLE log_counter (single boolean PRIMARY KEY DEFAULT true CHECK (single), position bigint NOT NULL DEFAULT 0,
  published bigint NOT NULL DEFAULT 0);
CREATE TABLE log_head (topic text NOT NULL, part smallint NOT NULL, position bigint NOT NULL, PRIMARY KEY (topic, part));
CREATE TABLE republish (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, topic text NOT NULL, part smallint NOT NULL,
  after bigint NOT NULL);

CREATE FUNCTION sequence_outbox(batch int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE base bigint; moved bigint;
BEGIN
  SELECT position INTO base FROM log_counter FOR UPDATE;
  WITH taken AS (DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT batch) RETURNING *),
  numbered AS (SELECT t.*, base + row_number() OVER (ORDER BY t.id) AS place, partition_of(t.key) AS slot FROM taken t),
  chained AS (SELECT n.*, coalesce(lag(n.place) OVER (PARTITION BY n.topic, n.slot ORDER BY n.place), h.position, 0) AS before
    FROM numbered n LEFT JOIN log_head h ON h.topic = n.topic AND h.part = n.slot),
  logged AS (INSERT INTO event_log (position, topic, part, prev, agency_id, event_id, type, key, aggregate_id, sequence, time,
      correlation, causation, actor, data, committed_at)
    SELECT place, topic, slot, before, agency_id, event_id, type, key, aggregate_id, sequence, time, correlation, causation,
      actor, data, committed_at FROM chained ORDER BY place RETURNING position, topic, part),
  heads AS (INSERT INTO log_head SELECT topic, part, max(position) FROM logged GROUP BY topic, part
    ON CONFLICT (topic, part) DO UPDATE SET position = excluded.position RETURNING 1)
  SELECT count(*) INTO moved FROM logged;
  UPDATE log_counter SET position = base + moved WHERE moved > 0;
  RETURN moved;
END $$;

CREATE TABLE inbox (agency_id uuid NOT NULL, event_id uuid NOT NULL, type text NOT NULL, key text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (agency_id, event_id));
CREATE INDEX inbox_key ON inbox (agency_id, key);
CREATE TABLE applied (topic text NOT NULL, part smallint NOT NULL, position bigint NOT NULL, PRIMARY KEY (topic, part));
CREATE TABLE parked (
  agency_id uuid NOT NULL, event_id uuid NOT NULL, topic text NOT NULL, aggregate_id uuid NOT NULL, position bigint NOT NULL,
  type text NOT NULL, state text NOT NULL CHECK (state IN ('waiting', 'ready', 'queued', 'parked')), missing text, reason text,
  attempts int NOT NULL DEFAULT 0, envelope jsonb NOT NULL, data jsonb NOT NULL,
  parked_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (agency_id, event_id));
CREATE INDEX parked_missing ON parked (agency_id, missing) WHERE state = 'waiting';
CREATE INDEX parked_queue ON parked (agency_id, topic, aggregate_id, position);
CREATE TABLE blocked (agency_id uuid NOT NULL, topic text NOT NULL, aggregate_id uuid NOT NULL,
  PRIMARY KEY (agency_id, topic, aggregate_id));

CREATE TABLE timer (
  id uuid NOT NULL, agency_id uuid NOT NULL, kind text NOT NULL, subject uuid NOT NULL, key text NOT NULL DEFAULT '',
  due_at timestamptz NOT NULL, fired_at timestamptz, PRIMARY KEY (agency_id, id), UNIQUE (agency_id, kind, subject, key));
CREATE INDEX timer_due ON timer (due_at) WHERE fired_at IS NULL;
CREATE INDEX timer_subject ON timer (agency_id, subject) WHERE fired_at IS NULL;

CREATE TABLE outbound (
  id uuid NOT NULL, agency_id uuid NOT NULL, kind text NOT NULL, subject uuid NOT NULL, target uuid, payload jsonb NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sent', 'failed')), attempts int NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL DEFAULT clock_timestamp(), lease uuid, leased_until timestamptz, correlation text NOT NULL,
  PRIMARY KEY (agency_id, id));
CREATE INDEX outbound_next ON outbound (next_at) WHERE state = 'pending';

CREATE TABLE idempotency (
  agency_id uuid NOT NULL, subject uuid NOT NULL, key text NOT NULL, request_hash bytea NOT NULL, status int NOT NULL,
  headers jsonb NOT NULL, key_id uuid NOT NULL, body bytea NOT NULL, kept_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (agency_id, subject, key));
CREATE INDEX idempotency_age ON idempotency (kept_at);

CREATE TABLE audit (
  id bigint GENERATED ALWAYS AS IDENTITY, agency_id uuid NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor_id uuid NOT NULL, actor_client text NOT NULL, roles text[] NOT NULL, action text NOT NULL, client_id uuid,
  resource_id uuid, purpose text NOT NULL, outcome text NOT NULL, code text, consent_id uuid, request_id text NOT NULL,
  on_behalf_of uuid, caused_by text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX audit_client ON audit (agency_id, client_id, at DESC);
CREATE TABLE audit_rest PARTITION OF audit DEFAULT;

CREATE TABLE data_key (agency_id uuid NOT NULL, owner_id uuid NOT NULL, key_id uuid NOT NULL, wrapped bytea NOT NULL,
  PRIMARY KEY (agency_id, key_id), UNIQUE (agency_id, owner_id));

CREATE TABLE relationship (
  agency_id uuid NOT NULL, staff_id uuid NOT NULL, client_id uuid NOT NULL, kind text NOT NULL, since timestamptz NOT NULL,
  until timestamptz, PRIMARY KEY (agency_id, staff_id, client_id, kind, since));
CREATE TABLE sandbox_clock (single boolean PRIMARY KEY DEFAULT true CHECK (single), ahead interval NOT NULL DEFAULT '0');

CREATE FUNCTION can_see(client uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT CASE current_setting('app.reach', true)
    WHEN 'agency' THEN true
    WHEN 'caseload' THEN EXISTS (SELECT 1 FROM relationship r WHERE r.agency_id = agency() AND r.client_id = client
      AND r.staff_id = nullif(current_setting('app.subject', true), '')::uuid
      AND (r.until IS NULL OR r.until > nullif(current_setting('app.now', true), '')::timestamptz))
    WHEN 'own' THEN client = ANY (string_to_array(current_setting('app.clients', true), ',')::uuid[])
    ELSE false END $$;

-- One wall for all: the owner only while migrating, the app only its agency's rows.
CREATE FUNCTION build_wall(name regclass, clinic boolean DEFAULT false, deletes boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', name);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', name);
  EXECUTE format('CREATE POLICY migrating ON %s TO {db}_owner USING (current_setting(''app.migrating'', true) = ''on'')', name);
  EXECUTE format('CREATE POLICY agency ON %s TO {db}_app USING (agency_id = agency()) WITH CHECK (agency_id = agency())', name);
  IF clinic THEN
    EXECUTE format('CREATE POLICY clinic ON %s AS RESTRICTIVE TO {db}_app USING (current_setting(''app.clinics'', true) = ''*'''
      || ' OR clinic_id = ANY (string_to_array(nullif(current_setting(''app.clinics'', true), ''*''), '','')::uuid[]))', name);
  END IF;
  EXECUTE format('GRANT SELECT, INSERT, UPDATE%s ON %s TO {db}_app', CASE WHEN deletes THEN ', DELETE' ELSE '' END, name);
END $$;

-- Tables of the plumbing that carry no agency: positions only. `who` lists the roles.
CREATE FUNCTION build_gate(name regclass, rights text, role text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', name);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', name);
  EXECUTE format('CREATE POLICY %I ON %s TO {db}_%s USING (true) WITH CHECK (true)', 'for_' || role, name, role);
  EXECUTE format('GRANT %s ON %s TO {db}_%s', rights, name, role);
END $$;

SELECT build_wall('aggregate_sequence'), build_wall('outbox'), build_wall('inbox', deletes => true),
  build_wall('parked', deletes => true), build_wall('blocked', deletes => true), build_wall('timer', deletes => true),
  build_wall('outbound'), build_wall('idempotency'), build_wall('data_key'), build_wall('relationship', deletes => true),
  build_wall('audit'), build_wall('event_log');
REVOKE SELECT, UPDATE ON outbox FROM {db}_app;
REVOKE UPDATE, SELECT ON audit FROM {db}_app;
REVOKE INSERT, UPDATE ON event_log FROM {db}_app;
SELECT build_gate('outbox', 'SELECT, DELETE', 'relay'), build_gate('event_log', 'SELECT, INSERT', 'relay'),
  build_gate('log_counter', 'SELECT, UPDATE', 'relay'), build_gate('log_head', 'SELECT, INSERT, UPDATE', 'relay'),
  build_gate('republish', 'SELECT, DELETE', 'relay'), build_gate('timer', 'SELECT', 'relay'),
  build_gate('parked', 'SELECT', 'relay'), build_gate('outbound', 'SELECT, UPDATE', 'relay'),
  build_gate('idempotency', 'SELECT, DELETE', 'relay'), build_gate('audit', 'SELECT', 'auditor'),
  build_gate('republish', 'SELECT, INSERT', 'app'), build_gate('applied', 'SELECT, INSERT, UPDATE', 'app'),
  build_gate('applied', 'SELECT', 'relay'), build_gate('sandbox_clock', 'SELECT, INSERT, UPDATE', 'app');
ALTER TABLE event_log_rest ENABLE ROW LEVEL SECURITY;
ALTER TABLE event_log_rest FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_rest ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_rest FORCE ROW LEVEL SECURITY;
GRANT SELECT ON log_head, log_counter TO {db}_app;
CREATE POLICY for_app ON log_head FOR SELECT TO {db}_app USING (true);
CREATE POLICY for_app ON log_counter FOR SELECT TO {db}_app USING (true);
CREATE POLICY filling ON log_counter FOR INSERT TO {db}_owner WITH CHECK (true);
INSERT INTO log_counter DEFAULT VALUES;

-- Days of the log and months of the audit: made ahead by the relay through these two, which the owner runs.
CREATE FUNCTION make_partition(parent text, name text, since text, until text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
BEGIN
  IF to_regclass(name) IS NULL THEN
    EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', name, parent, since, until);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
  END IF;
EXCEPTION WHEN check_violation THEN
  RAISE WARNING '% stays in the default partition: rows of it are there already', name;
END $$;
CREATE FUNCTION make_partitions() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE today date := (clock_timestamp() AT TIME ZONE 'UTC')::date; day date;
BEGIN
  FOR day IN SELECT today + i FROM generate_series(0, 2) i LOOP
    PERFORM make_partition('event_log', 'event_log_' || to_char(day, 'YYYYMMDD'), day::text, (day + 1)::text);
  END LOOP;
  FOR day IN SELECT date_trunc('month', today + make_interval(months => i))::date FROM generate_series(0, 1) i LOOP
    PERFORM make_partition('audit', 'audit_' || to_char(day, 'YYYYMM'), day::text || ' 00:00Z',
      (day + interval '1 month')::date::text || ' 00:00Z');
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION make_partition FROM PUBLIC;
REVOKE ALL ON FUNCTION make_partitions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_partitions TO {db}_relay;
SELECT make_partitions();
