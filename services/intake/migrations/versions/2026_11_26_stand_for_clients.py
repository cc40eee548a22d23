"""Keep who stands for a client."""

import sqlalchemy as sa
from alembic import op
from shared.migrations import record_columns, wall

revision = "stand_for_clients"
down_revision = "open_exits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guardianship",
        *record_columns(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("guardian_id", sa.Uuid(), nullable=False),
        sa.Column("authority", sa.String(40), nullable=False),
        sa.Column("custody", sa.String(40)),
        sa.Column("may_consent", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        sa.ForeignKeyConstraint(["agency_id", "client_id"], ["client.agency_id", "client.id"]),
        sa.CheckConstraint(
            "authority IN ('parent', 'guardian_of_minor', 'guardian_of_adult', 'health_care_agent')", name="authority"
        ),
        sa.CheckConstraint("custody IN ('sole', 'joint', 'none')", name="custody"),
        sa.CheckConstraint(
            "(authority IN ('parent', 'guardian_of_minor')) = (custody IS NOT NULL)", name="custody_of_minors"
        ),
        sa.CheckConstraint("ends_on >= starts_on", name="span"),
    )
    op.create_index(
        "guardianship_standing",
        "guardianship",
        ["agency_id", "client_id", "guardian_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    wall("guardianship")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
