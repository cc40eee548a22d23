"""A payer that takes no new coverage."""

import sqlalchemy as sa
from alembic import op

revision = "suspend_payers"
down_revision = "open_exits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payer", sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
