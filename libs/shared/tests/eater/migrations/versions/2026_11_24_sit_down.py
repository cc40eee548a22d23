"""Sit down at the table. Several eaters have a database each."""

import sqlalchemy as sa
from alembic import op
from shared.migrations import build_backbone, build_key_versions, build_plumbing, build_seals, record_columns, wall
from shared.run import settings_of

revision = "sit_down"
down_revision = None


def upgrade() -> None:
    build_plumbing(settings_of("eater").database)
    build_backbone(settings_of("eater").database)
    build_seals(settings_of("eater").database)
    build_key_versions(settings_of("eater").database)
    op.create_table(
        "meal",
        *record_columns(),
        sa.Column("bite_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("place", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("clock_timestamp()")),
        sa.PrimaryKeyConstraint("agency_id", "id"),
    )
    op.create_index("meal_bite", "meal", ["agency_id", "bite_id"])
    wall("meal")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
