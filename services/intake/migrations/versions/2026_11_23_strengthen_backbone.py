"""Strengthen the event backbone."""

from shared.migrations import build_backbone

revision = "strengthen_backbone"
down_revision = "intake_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_backbone("intake")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
