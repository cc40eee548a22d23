"""How people sign in: credentials, invitations, codes, sessions, limits."""

import sqlalchemy as sa
from alembic import op
from shared.migrations import record_columns, wall
from sqlalchemy.dialects import postgresql

revision = "sign_people_in"
down_revision = "add_origins_and_replicas"
branch_labels = None
depends_on = None

TABLES = (
    "credential",
    "recovery_code",
    "invitation",
    "sign_in_client",
    "visit",
    "sign_in_session",
    "authorization_code",
)
SWEPT = ("refresh_token", "throttle")


def of_a_user(name: str = "user_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["agency_id", name], ["user_account.agency_id", "user_account.id"])


def moment(name: str, *, nullable: bool = False) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("agency_id", "id", name=f"pk_{table}")


def digest(table: str, column: str) -> tuple[sa.Constraint, ...]:
    """Only the SHA-256 of a secret is kept, and each is there once."""
    return (
        sa.CheckConstraint(f"length({column}) = 32", name=f"ck_{table}_hash_is_sha256"),
        sa.UniqueConstraint("agency_id", column, name=f"uq_{table}_agency_id_{column}"),
    )


def upgrade() -> None:
    op.create_table(
        "credential",
        *record_columns(),
        sa.Column("password_hash", sa.String(200), nullable=False),
        moment("password_set_at"),
        sa.Column("totp_key_id", sa.Uuid()),
        sa.Column("totp_sealed", sa.LargeBinary()),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        key("credential"),
        of_a_user("id"),
        sa.CheckConstraint("password_hash LIKE '$argon2id$%'", name="ck_credential_is_argon2id"),
        sa.CheckConstraint("(totp_key_id IS NULL) = (totp_sealed IS NULL)", name="ck_credential_secret_has_its_key"),
    )
    op.create_table(
        "recovery_code",
        *record_columns(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        moment("used_at", nullable=True),
        key("recovery_code"),
        of_a_user(),
        *digest("recovery_code", "code_hash"),
    )
    op.create_index("ix_recovery_code_user_id", "recovery_code", ["agency_id", "user_id"])
    op.create_table(
        "invitation",
        *record_columns(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        moment("expires_at"),
        moment("ended_at", nullable=True),
        key("invitation"),
        of_a_user(),
        *digest("invitation", "token_hash"),
    )
    op.create_index(
        "uq_invitation_open", "invitation", ["agency_id", "user_id"], unique=True, postgresql_where="ended_at IS NULL"
    )
    op.create_table(
        "sign_in_client",
        *record_columns(),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("partner_app_id", sa.Uuid()),
        sa.Column("redirect_uris", postgresql.ARRAY(sa.Text()), nullable=False),
        key("sign_in_client"),
        sa.ForeignKeyConstraint(["agency_id", "partner_app_id"], ["partner_app.agency_id", "partner_app.id"]),
        sa.CheckConstraint("kind IN ('staff-console', 'client-portal', 'partner-app')", name="ck_sign_in_client_kind"),
        sa.CheckConstraint(
            "(kind = 'partner-app') = (partner_app_id IS NOT NULL)", name="ck_sign_in_client_names_its_app"
        ),
        sa.CheckConstraint("cardinality(redirect_uris) > 0", name="ck_sign_in_client_has_a_redirect_uri"),
        sa.UniqueConstraint(
            "agency_id",
            "kind",
            "partner_app_id",
            name="uq_sign_in_client_agency_id_kind_partner_app_id",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "visit",
        *record_columns(),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        moment("expires_at"),
        sa.Column("totp_key_id", sa.Uuid()),
        sa.Column("totp_sealed", sa.LargeBinary()),
        sa.Column("client_id", sa.String(120)),
        sa.Column("redirect_uri", sa.Text()),
        sa.Column("code_challenge", sa.String(43)),
        sa.Column("state", sa.Text()),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        key("visit"),
        of_a_user(),
        *digest("visit", "secret_hash"),
        sa.CheckConstraint(
            "stage IN ('second_factor', 'enrol', 'recovery_codes', 'consent', 'done')", name="ck_visit_stage"
        ),
        sa.CheckConstraint(
            "(client_id IS NULL) = (redirect_uri IS NULL) AND (client_id IS NULL) = (code_challenge IS NULL)",
            name="ck_visit_knows_where_to_go",
        ),
    )
    op.create_table(
        "sign_in_session",
        *record_columns(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.String(120), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        moment("started_at"),
        moment("used_at"),
        moment("idle_until"),
        moment("expires_at"),
        moment("ended_at", nullable=True),
        sa.Column("end_reason", sa.String(40)),
        key("sign_in_session"),
        of_a_user(),
        sa.CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ck_sign_in_session_says_why_it_ended"),
    )
    op.create_index(
        "ix_sign_in_session_user_id", "sign_in_session", ["agency_id", "user_id"], postgresql_where="ended_at IS NULL"
    )
    op.create_table(
        "authorization_code",
        *record_columns(),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.String(120), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("code_challenge", sa.String(43), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        moment("issued_at"),
        moment("expires_at"),
        moment("used_at", nullable=True),
        sa.Column("session_id", sa.Uuid()),
        key("authorization_code"),
        of_a_user(),
        *digest("authorization_code", "code_hash"),
        sa.CheckConstraint("expires_at <= issued_at + interval '60 seconds'", name="ck_authorization_code_is_short"),
        sa.CheckConstraint("(used_at IS NULL) = (session_id IS NULL)", name="ck_authorization_code_gave_a_session"),
    )
    op.create_table(
        "refresh_token",
        *record_columns(),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        moment("used_at", nullable=True),
        sa.Column("request_hash", sa.LargeBinary()),
        sa.Column("successor_id", sa.Uuid()),
        sa.Column("successor_key_id", sa.Uuid()),
        sa.Column("successor_sealed", sa.LargeBinary()),
        key("refresh_token"),
        sa.ForeignKeyConstraint(["agency_id", "session_id"], ["sign_in_session.agency_id", "sign_in_session.id"]),
        *digest("refresh_token", "token_hash"),
    )
    op.create_index(
        "uq_refresh_token_live",
        "refresh_token",
        ["agency_id", "session_id"],
        unique=True,
        postgresql_where="used_at IS NULL",
    )
    op.create_table("throttle", *record_columns(), moment("drains_at"), key("throttle"))
    op.create_index("ix_throttle_drains_at", "throttle", ["agency_id", "drains_at"])
    op.create_table(
        "sign_in_policy",
        *record_columns(),
        sa.Column("staff_need_second_factor", sa.Boolean(), nullable=False),
        sa.Column("session_minutes", sa.Integer(), nullable=False),
        sa.Column("idle_minutes", sa.Integer(), nullable=False),
        key("sign_in_policy"),
        sa.CheckConstraint("id = agency_id", name="ck_sign_in_policy_is_one"),
        sa.CheckConstraint("session_minutes BETWEEN 15 AND 10080", name="ck_sign_in_policy_session_minutes"),
        sa.CheckConstraint("idle_minutes BETWEEN 15 AND session_minutes", name="ck_sign_in_policy_idle_minutes"),
    )
    op.create_table("known_client", *record_columns(), key("known_client"))
    for table in (*TABLES, "sign_in_policy", "known_client"):
        wall(table, deletes=table == "known_client")
    for table in SWEPT:
        wall(table, deletes=True)


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
