"""Seal the audit."""

from shared.migrations import build_seals

revision = "seal_audit"
down_revision = "partner_app_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_seals("gateway")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
