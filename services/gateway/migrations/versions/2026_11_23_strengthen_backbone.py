"""Strengthen the event backbone."""

from shared.migrations import build_backbone

revision = "strengthen_backbone"
down_revision = "2026_11_23_agencies"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_backbone("gateway")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
