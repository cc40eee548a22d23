"""Bite loaves, and keep what follows from it."""

import sqlalchemy as sa
from alembic import op
from shared.migrations import record_columns, wall

revision = "bite_loaves"
down_revision = "strengthen_backbone"


def upgrade() -> None:
    op.create_table(
        "bite",
        *record_columns(),
        sa.Column("loaf_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("also", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "id"),
    )
    op.create_table(
        "effect",
        *record_columns(),
        sa.Column("bite_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("place", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("clock_timestamp()")),
        sa.PrimaryKeyConstraint("agency_id", "id"),
    )
    wall("bite")
    wall("effect")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
