"""What signing in leaves behind may be swept once it can no longer matter."""

from alembic import op

revision = "sweep_sign_ins"
down_revision = "break_glass"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("GRANT DELETE ON visit, authorization_code, refresh_token, sign_in_session TO gateway_app")
    op.execute("CREATE INDEX ix_refresh_token_session ON refresh_token (agency_id, session_id)")
    op.execute("CREATE INDEX ix_authorization_code_session ON authorization_code (agency_id, session_id)")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
