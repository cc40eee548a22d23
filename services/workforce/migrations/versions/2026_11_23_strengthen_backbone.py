"""Strengthen the event backbone."""

from shared.migrations import build_backbone

revision = "strengthen_backbone"
down_revision = "2026_11_23_open_workforce"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_backbone("workforce")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
