"""Keep emergency access, and name its grant in the audit."""

from shared.migrations import build_glass

revision = "break_glass"
down_revision = "stand_for_clients"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_glass("intake")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
