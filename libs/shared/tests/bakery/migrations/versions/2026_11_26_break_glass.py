"""Keep emergency access, and name its grant in the audit."""

from shared.migrations import build_glass

revision = "break_glass"
down_revision = "open_exits"


def upgrade() -> None:
    build_glass("bakery")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
