"""Agencies, people and partner apps without SQL: who they are, and when they are suspended."""

import sqlalchemy as sa
from alembic import op

revision = "administer_agencies"
down_revision = "report_audit"
branch_labels = None
depends_on = None

RECIPIENTS = "'treating_provider', 'payer', 'business_associate', 'intermediary', 'community_organisation'"


def upgrade() -> None:
    op.add_column("agency", sa.Column("state", sa.String(2)))
    op.add_column("agency", sa.Column("npi", sa.String(10)))
    op.add_column("agency", sa.Column("ein", sa.String(10)))
    op.add_column("user_account", sa.Column("email", sa.String(254)))
    kind = sa.Column("recipient", sa.String(40), nullable=False, server_default="community_organisation")
    op.add_column("partner_app", kind)
    op.add_column("partner_app", sa.Column("organization_id", sa.Uuid()))
    op.add_column("partner_app", sa.Column("suspended_at", sa.DateTime(timezone=True)))
    op.create_check_constraint("recipient", "partner_app", f"recipient IN ({RECIPIENTS})")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
