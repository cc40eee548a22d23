"""Version the data keys."""

from shared.migrations import build_key_versions

revision = "version_keys"
down_revision = "seal_audit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_key_versions("eater")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
