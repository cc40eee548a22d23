"""Let partners' apps reach rows behind the disclosure decision; what an agency's state asks of it."""

import sqlalchemy as sa
from alembic import op
from shared.migrations import build_exits, record_columns, wall
from sqlalchemy.dialects.postgresql import JSONB

revision = "open_exits"
down_revision = "hold_and_destroy"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_exits("intake")
    op.create_table(
        "disclosure_policy",
        *record_columns(),
        sa.Column("minors_consent_from", sa.Integer(), nullable=True),
        sa.Column("needs_consent", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        sa.CheckConstraint("minors_consent_from BETWEEN 10 AND 17", name="minors_consent_from"),
        sa.CheckConstraint("id = agency_id", name="of_the_agency"),
    )
    wall("disclosure_policy")
    op.add_column("consent", sa.Column("supersedes_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "fk_consent_supersedes", "consent", "consent", ["agency_id", "supersedes_id"], ["agency_id", "id"]
    )
    op.create_index(
        "consent_superseded_once", "consent", ["agency_id", "supersedes_id"], unique=True,
        postgresql_where=sa.text("supersedes_id IS NOT NULL AND status = 'active'"),
    )  # fmt: skip


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
