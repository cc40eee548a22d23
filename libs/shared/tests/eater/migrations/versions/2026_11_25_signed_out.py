"""Keep who is out, so that no token of theirs is taken."""

from shared.migrations import build_signed_out
from shared.run import settings_of

revision = "signed_out"
down_revision = "sit_down"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_signed_out(settings_of("eater").database)


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
