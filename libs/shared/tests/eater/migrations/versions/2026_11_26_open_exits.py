"""Let partners' apps reach rows behind the disclosure decision."""

from shared.migrations import build_exits

revision = "open_exits"
down_revision = "version_keys"


def upgrade() -> None:
    build_exits("eater")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
