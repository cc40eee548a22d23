"""Origins of partner apps, and which replicas of the gateway live."""

import sqlalchemy as sa
from alembic import op
from shared.migrations import record_columns, wall
from sqlalchemy.dialects import postgresql

revision = "add_origins_and_replicas"
down_revision = "version_keys"
branch_labels = None
depends_on = None

# The front answers pages before anybody has signed in: it asks for the origins of every agency's apps, and for no more.
ORIGINS = """CREATE FUNCTION registered_origins() RETURNS TABLE (agency_id uuid, id uuid, origins text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM set_config('app.migrating', 'on', true);
  RETURN QUERY SELECT a.agency_id, a.id, a.origins FROM partner_app a WHERE a.revoked_at IS NULL AND a.origins <> '{}';
  PERFORM set_config('app.migrating', '', true);
END $$"""


def upgrade() -> None:
    op.add_column("partner_app", sa.Column("origins", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}"))
    op.create_table(
        "replica",
        *record_columns(),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "id", name="pk_replica"),
    )
    wall("replica", deletes=True)
    op.execute(ORIGINS)
    op.execute("REVOKE ALL ON FUNCTION registered_origins FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION registered_origins TO gateway_app")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
