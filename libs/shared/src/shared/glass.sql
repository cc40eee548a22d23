-- Projection: in an emergency one member of staff may read one client's record until then. `opens` and `opens_apart` say
-- which classes of data by which rule: of the groups of records in `plain`, and of all others.
CREATE TABLE glass_grant (
  agency_id uuid NOT NULL, id uuid NOT NULL, staff_id uuid NOT NULL, client_id uuid NOT NULL, opened_at timestamptz NOT NULL,
  until timestamptz NOT NULL, opens jsonb NOT NULL, opens_apart jsonb NOT NULL, plain jsonb NOT NULL, has_apart boolean NOT NULL,
  PRIMARY KEY (agency_id, id));
CREATE INDEX glass_grant_staff ON glass_grant (agency_id, staff_id, client_id);
SELECT build_wall('glass_grant');

-- By which grant somebody looked, or tried to.
ALTER TABLE audit ADD COLUMN grant_id uuid;

-- Who says that he breaks the glass reaches the clients of his open grants, and nobody else.
CREATE OR REPLACE FUNCTION can_see(client uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT CASE current_setting('app.reach', true)
    WHEN 'agency' THEN true
    WHEN 'disclosed' THEN true
    WHEN 'caseload' THEN EXISTS (SELECT 1 FROM relationship r WHERE r.agency_id = agency() AND r.client_id = client
      AND r.staff_id = nullif(current_setting('app.subject', true), '')::uuid
      AND (r.until IS NULL OR r.until > nullif(current_setting('app.now', true), '')::timestamptz))
    WHEN 'own' THEN client = ANY (string_to_array(current_setting('app.clients', true), ',')::uuid[])
    WHEN 'glass' THEN EXISTS (SELECT 1 FROM glass_grant g WHERE g.agency_id = agency() AND g.client_id = client
      AND g.staff_id = nullif(current_setting('app.subject', true), '')::uuid
      AND g.until > nullif(current_setting('app.now', true), '')::timestamptz)
    ELSE false END $$;
