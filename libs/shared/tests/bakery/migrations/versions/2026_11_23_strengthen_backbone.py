"""Strengthen the event backbone."""

from shared.migrations import build_backbone

revision = "strengthen_backbone"
down_revision = "open_bakery"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_backbone("bakery")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
