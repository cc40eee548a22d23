-- Who is out: a person, a program, or one token. Nothing of theirs that was issued before `since` counts any more.
CREATE TABLE signed_out (
  agency_id uuid NOT NULL, subject uuid NOT NULL, since timestamptz NOT NULL, PRIMARY KEY (agency_id, subject));
CREATE INDEX signed_out_since ON signed_out (since);
SELECT build_wall('signed_out'), build_gate('signed_out', 'SELECT', 'relay');

-- Rare, and each second counts: told inside the transaction.
CREATE FUNCTION tell_signed_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('signed_out', '');
  RETURN NULL;
END $$;
CREATE TRIGGER told AFTER INSERT OR UPDATE ON signed_out FOR EACH STATEMENT EXECUTE FUNCTION tell_signed_out();
