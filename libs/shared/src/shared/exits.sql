-- A partner's app reaches rows of its agency only on routes behind which the disclosure decision stands: the edge takes
-- its reach away on every other (decision 26).
CREATE OR REPLACE FUNCTION can_see(client uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT CASE current_setting('app.reach', true)
    WHEN 'agency' THEN true
    WHEN 'disclosed' THEN true
    WHEN 'caseload' THEN EXISTS (SELECT 1 FROM relationship r WHERE r.agency_id = agency() AND r.client_id = client
      AND r.staff_id = nullif(current_setting('app.subject', true), '')::uuid
      AND (r.until IS NULL OR r.until > nullif(current_setting('app.now', true), '')::timestamptz))
    WHEN 'own' THEN client = ANY (string_to_array(current_setting('app.clients', true), ',')::uuid[])
    ELSE false END $$;
