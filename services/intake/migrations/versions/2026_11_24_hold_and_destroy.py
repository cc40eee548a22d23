"""Keep legal holds and the destruction of clients' keys."""

import sqlalchemy as sa
from alembic import op
from shared.migrations import record_columns, wall

revision = "hold_and_destroy"
down_revision = "version_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "legal_hold",
        *record_columns(),
        sa.Column("client_id", sa.Uuid()),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.Uuid()),
        sa.Column("released_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        sa.ForeignKeyConstraint(["agency_id", "client_id"], ["client.agency_id", "client.id"]),
        sa.CheckConstraint("status IN ('placed', 'released')", name="status"),
        sa.CheckConstraint(
            "(status = 'released') = (released_at IS NOT NULL AND released_by IS NOT NULL)", name="whole"
        ),
    )
    op.create_index("legal_hold_status", "legal_hold", ["agency_id", "status", "client_id"])
    op.create_table(
        "key_destruction",
        *record_columns(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("destroyed_by", sa.Uuid(), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        sa.ForeignKeyConstraint(["agency_id", "client_id"], ["client.agency_id", "client.id"]),
        sa.UniqueConstraint("agency_id", "client_id", name="key_destruction_once"),
    )
    wall("legal_hold")
    wall("key_destruction")
    op.execute("REVOKE UPDATE ON key_destruction FROM intake_app")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
