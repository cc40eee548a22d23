-- Versions of data keys. `wrapped_by` names what wraps: for an agency's key the master key, for an owner's the agency's
-- key. A retired version still opens, and seals nothing any more; a destroyed one is a tombstone: no new one is made.
ALTER TABLE data_key ADD COLUMN wrapped_by text, ADD COLUMN made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ADD COLUMN retired_at timestamptz, ADD COLUMN destroyed_at timestamptz, ALTER COLUMN wrapped DROP NOT NULL;
UPDATE data_key k SET wrapped_by = a.key_id::text FROM data_key a
  WHERE a.agency_id = k.agency_id AND a.owner_id = a.agency_id AND k.owner_id <> k.agency_id;
UPDATE data_key SET wrapped_by = '' WHERE wrapped_by IS NULL;
ALTER TABLE data_key ALTER COLUMN wrapped_by SET NOT NULL,
  ADD CONSTRAINT data_key_destroyed CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL)),
  DROP CONSTRAINT data_key_agency_id_owner_id_key;
CREATE UNIQUE INDEX data_key_current ON data_key (agency_id, owner_id) WHERE retired_at IS NULL;
-- An operator goes from agency to agency; the relay tells which there are, and sees no key.
SELECT build_gate('data_key', 'SELECT (agency_id, owner_id, wrapped_by, retired_at, destroyed_at)', 'relay');
-- Answers kept about somebody whose key is destroyed go with it.
GRANT DELETE ON idempotency TO {db}_app;
