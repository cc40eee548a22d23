"""Let partners' apps reach rows behind the disclosure decision."""

from shared.migrations import build_exits
from shared.run import settings_of

revision = "open_exits"
down_revision = "signed_out"


def upgrade() -> None:
    build_exits(settings_of("eater").database)


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
