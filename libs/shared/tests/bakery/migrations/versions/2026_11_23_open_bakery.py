"""Open the bakery."""

import sqlalchemy as sa
from alembic import op
from shared.migrations import build_plumbing, record_columns, wall

revision = "open_bakery"
down_revision = None


def upgrade() -> None:
    build_plumbing("bakery")
    op.create_table(
        "loaf",
        *record_columns(),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        sa.UniqueConstraint("agency_id", "client_id", "kind"),
        sa.CheckConstraint("kind <> 'stone'", name="edible"),
    )
    wall("loaf", clinic=True)


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
