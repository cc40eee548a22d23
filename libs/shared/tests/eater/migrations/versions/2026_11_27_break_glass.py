"""Keep emergency access, and name its grant in the audit."""

from shared.migrations import build_glass
from shared.run import settings_of

revision = "break_glass"
down_revision = "open_exits"


def upgrade() -> None:
    build_glass(settings_of("eater").database)


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
