"""Let partners' apps reach rows behind the disclosure decision."""

from shared.migrations import build_exits

revision = "open_exits"
down_revision = "version_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_exits("clinical-records")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
