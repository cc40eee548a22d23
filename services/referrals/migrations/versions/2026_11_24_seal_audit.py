"""Seal the audit."""

from shared.migrations import build_seals

revision = "seal_audit"
down_revision = "signed_out"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_seals("referrals")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
