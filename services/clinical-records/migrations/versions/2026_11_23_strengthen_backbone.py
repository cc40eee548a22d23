"""Strengthen the event backbone."""

from shared.migrations import build_backbone

revision = "strengthen_backbone"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_backbone("clinical-records")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
