"""Partner apps sign in with keys of their own; signing keys take turns."""

import sqlalchemy as sa
from alembic import op
from shared.migrations import wall
from sqlalchemy.dialects import postgresql

revision = "partner_app_keys"
down_revision = "signed_out"
branch_labels = None
depends_on = None

SIGNS_IN = """CASE token_endpoint_auth_method
WHEN 'private_key_jwt' THEN secret_hash IS NULL AND num_nonnulls(jwks, jwks_uri) = 1
  AND token_endpoint_auth_signing_alg IN ('RS384', 'ES384') IS TRUE
WHEN 'client_secret_basic' THEN secret_hash IS NOT NULL AND num_nonnulls(jwks, jwks_uri) = 0
  AND token_endpoint_auth_signing_alg IS NULL
ELSE false END"""
STATES = """CASE status
WHEN 'next' THEN num_nonnulls(active_at, retired_at) = 0
WHEN 'active' THEN active_at IS NOT NULL AND retired_at IS NULL
WHEN 'retired' THEN num_nonnulls(active_at, retired_at) = 2
ELSE false END"""


def upgrade() -> None:
    sign_in_apps_by_key()
    spend_assertions_once()
    take_turns()


def sign_in_apps_by_key() -> None:
    op.alter_column("partner_app", "secret_hash", nullable=True)
    method = sa.Column(
        "token_endpoint_auth_method", sa.String(40), nullable=False, server_default="client_secret_basic"
    )
    op.add_column("partner_app", method)
    op.add_column("partner_app", sa.Column("token_endpoint_auth_signing_alg", sa.String(5)))
    op.add_column("partner_app", sa.Column("jwks", postgresql.JSONB()))
    op.add_column("partner_app", sa.Column("jwks_uri", sa.String(500)))
    purposes = sa.Column("purposes", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{TREAT}")
    op.add_column("partner_app", purposes)
    op.create_check_constraint("signs_in_one_way", "partner_app", SIGNS_IN)
    op.create_check_constraint("has_a_purpose", "partner_app", "cardinality(purposes) > 0")


def spend_assertions_once() -> None:
    op.create_table(
        "client_assertion",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("app_id", sa.Uuid(), nullable=False),
        sa.Column("jti", sa.String(200), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "app_id", "jti", name="pk_client_assertion"),
        sa.ForeignKeyConstraint(
            ["agency_id", "app_id"], ["partner_app.agency_id", "partner_app.id"], name="fk_client_assertion_app"
        ),
    )
    wall("client_assertion", deletes=True)


def take_turns() -> None:
    op.add_column("signing_key", sa.Column("signs_from", sa.DateTime(timezone=True)))
    op.add_column("signing_key", sa.Column("active_at", sa.DateTime(timezone=True)))
    op.add_column("signing_key", sa.Column("retired_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE signing_key SET signs_from = created_at, active_at = created_at")
    op.execute("UPDATE signing_key SET retired_at = clock_timestamp() WHERE status = 'retired'")
    op.alter_column("signing_key", "signs_from", nullable=False)
    op.execute("ALTER TABLE signing_key DROP CONSTRAINT ck_signing_key_ck_signing_key_status")
    op.create_check_constraint("status", "signing_key", STATES)
    for state in ("next", "active"):
        one = {"unique": True, "postgresql_where": sa.text(f"status = '{state}'")}
        op.create_index(f"uq_signing_key_{state}", "signing_key", ["agency_id"], **one)
    op.execute("""CREATE FUNCTION tell_signing_keys() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_notify('signing_keys', ''); RETURN NULL; END $$""")
    op.execute("""CREATE TRIGGER told AFTER INSERT OR UPDATE ON signing_key
        FOR EACH STATEMENT EXECUTE FUNCTION tell_signing_keys()""")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
