"""Agencies, clinics, user accounts, partner apps, signing keys, supervision."""

import sqlalchemy as sa
from alembic import op
from shared.migrations import build_plumbing, record_columns, wall
from sqlalchemy.dialects import postgresql

revision = "2026_11_23_agencies"
down_revision = None
branch_labels = None
depends_on = None

PLATFORM = "00000000-0000-0000-0000-000000000000"


def upgrade() -> None:
    build_plumbing("gateway")
    op.create_table(
        "agency",
        *record_columns(),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("slug", sa.String(40), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("holiday_country", sa.String(2), nullable=False),
        sa.Column("holiday_subdivision", sa.String(3)),
        sa.Column("administrator_id", sa.Uuid(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "id", name="pk_agency"),
        sa.CheckConstraint("id = agency_id", name="ck_agency_is_its_own"),
    )
    op.create_table(
        "clinic",
        *record_columns(),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "id", name="pk_clinic"),
        sa.UniqueConstraint("agency_id", "name", name="uq_clinic_agency_id_name"),
    )
    op.create_table(
        "user_account",
        *record_columns(),
        sa.Column("username", sa.String(64), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("clinic_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("client_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "id", name="pk_user_account"),
        sa.UniqueConstraint("agency_id", "username", name="uq_user_account_agency_id_username"),
        sa.CheckConstraint("cardinality(roles) > 0", name="ck_user_account_has_a_role"),
    )
    op.create_table(
        "partner_app",
        *record_columns(),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("clinic_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("agency_id", "id", name="pk_partner_app"),
        sa.CheckConstraint("length(secret_hash) = 32", name="ck_partner_app_hash_is_sha256"),
    )
    op.create_table(
        "signing_key",
        *record_columns(),
        sa.Column("kid", sa.String(64), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("public_jwk", postgresql.JSONB(), nullable=False),
        sa.Column("private_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "id", name="pk_signing_key"),
        sa.UniqueConstraint("agency_id", "kid", name="uq_signing_key_agency_id_kid"),
        sa.CheckConstraint("status IN ('active', 'retired')", name="ck_signing_key_status"),
        sa.CheckConstraint(f"agency_id = '{PLATFORM}'", name="ck_signing_key_is_the_platforms"),
    )
    op.create_table(
        "supervision",
        *record_columns(),
        sa.Column("supervisee_id", sa.Uuid(), nullable=False),
        sa.Column("supervisor_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.PrimaryKeyConstraint("agency_id", "id", name="pk_supervision"),
    )
    op.create_index("ix_supervision_supervisee_id", "supervision", ["agency_id", "supervisee_id", "starts_on"])
    for table in ("agency", "clinic", "user_account", "partner_app", "signing_key", "supervision"):
        wall(table)
    # The operator belongs to no agency: he may read which agencies there are, and nothing else of them.
    op.execute(f"CREATE POLICY operator ON agency FOR SELECT TO gateway_app USING (agency() = '{PLATFORM}')")


def downgrade() -> None:
    raise RuntimeError("restore from backup")
