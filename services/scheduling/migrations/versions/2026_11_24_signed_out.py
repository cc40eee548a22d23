"""Keep who is out, so that no token of theirs is taken."""

from shared.migrations import build_signed_out

revision = "signed_out"
down_revision = "strengthen_backbone"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_signed_out("scheduling")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
