"""Keep emergency access, and name its grant in the audit."""

from shared.migrations import build_glass

revision = "break_glass"
down_revision = "suspend_payers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_glass("authorizations")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
