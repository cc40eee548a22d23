"""A client's own account is of one client; nobody's account is a client's and a guardian's at once."""

from alembic import op

revision = "own_one_record"
down_revision = "administer_agencies"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint(
        "ck_user_account_own_record",
        "user_account",
        "NOT 'client_portal' = ANY (roles) OR (cardinality(client_ids) = 1 AND NOT 'guardian' = ANY (roles))",
    )


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
