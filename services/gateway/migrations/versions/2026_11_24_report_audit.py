"""Report who looked."""

import sqlalchemy as sa
from alembic import op
from shared.migrations import record_columns, wall
from sqlalchemy.dialects.postgresql import ARRAY

revision = "report_audit"
down_revision = "open_exits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_report",
        *record_columns(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True)),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("is_cut", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        sa.CheckConstraint("status IN ('pending', 'ready')", name="status"),
        sa.CheckConstraint("since < until", name="span"),
    )
    op.create_table(
        "audit_report_entry",
        *record_columns(),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("actor_client", sa.String(), nullable=False),
        sa.Column("roles", ARRAY(sa.Text()), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("resource_id", sa.Uuid()),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("code", sa.String()),
        sa.Column("consent_id", sa.Uuid()),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("on_behalf_of", sa.Uuid()),
        sa.Column("caused_by", sa.String()),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        sa.ForeignKeyConstraint(["agency_id", "report_id"], ["audit_report.agency_id", "audit_report.id"]),
    )
    op.create_index("ix_audit_report_entry_report", "audit_report_entry", ["agency_id", "report_id", "id"])
    wall("audit_report")
    wall("audit_report_entry")
    op.execute("REVOKE UPDATE ON audit_report_entry FROM gateway_app")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
