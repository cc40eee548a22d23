"""The directory, needs, referrals, aftercare, and what other services told of clients and consents."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from shared.migrations import build_plumbing, record_columns, wall
from sqlalchemy.dialects.postgresql import JSONB

revision = "2026_11_23_open_referrals"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.String()
CODE = sa.String(40)
MOMENT = sa.DateTime(timezone=True)


def key() -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("agency_id", "id")


def to(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["agency_id", column], [f"{table}.agency_id", f"{table}.id"])


def one_of(column: str, values: Sequence[str]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def upgrade() -> None:
    build_plumbing("referrals")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    create_directory()
    create_projections()
    create_needs_and_referrals()
    create_aftercare()


def create_directory() -> None:
    op.create_table(
        "organization",
        *record_columns(),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("alternate_name", TEXT),
        sa.Column("description", TEXT, nullable=False),
        sa.Column("email", TEXT),
        sa.Column("website", TEXT),
        key(),
        sa.UniqueConstraint("agency_id", "name", name="organization_name"),
    )
    op.create_table(
        "service",
        *record_columns(),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("alternate_name", TEXT),
        sa.Column("description", TEXT),
        sa.Column("url", TEXT),
        sa.Column("email", TEXT),
        sa.Column("status", CODE, nullable=False),
        sa.Column("application_process", TEXT),
        sa.Column("fees_description", TEXT),
        sa.Column("eligibility_description", TEXT),
        sa.Column("minimum_age", sa.Integer()),
        sa.Column("maximum_age", sa.Integer()),
        sa.Column("assured_date", sa.Date()),
        sa.Column("assurer_email", TEXT),
        sa.Column("alert", TEXT),
        sa.Column("last_modified", MOMENT, nullable=False),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.Column("search_text", TEXT, nullable=False),
        key(),
        to("organization", "organization_id"),
        one_of("status", ("active", "inactive", "defunct", "temporarily closed")),
        sa.CheckConstraint("minimum_age >= 0 AND maximum_age >= 0 AND minimum_age <= maximum_age", name="ages"),
    )
    op.create_index(
        "service_search",
        "service",
        ["search_text"],
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_index("service_status", "service", ["agency_id", "status", "id"])
    op.create_index("service_organization", "service", ["agency_id", "organization_id", "id"])
    op.create_table(
        "location",
        *record_columns(),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("location_type", CODE, nullable=False),
        sa.Column("name", TEXT),
        sa.Column("description", TEXT),
        sa.Column("url", TEXT),
        sa.Column("transportation", TEXT),
        sa.Column("addresses", JSONB(), nullable=False),
        sa.Column("phones", JSONB(), nullable=False),
        key(),
        to("organization", "organization_id"),
        one_of("location_type", ("physical", "postal", "virtual")),
    )
    op.create_index("location_organization", "location", ["agency_id", "organization_id", "id"])
    op.create_table(
        "service_at_location",
        *record_columns(),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        key(),
        to("service", "service_id"),
        to("location", "location_id"),
        sa.UniqueConstraint("agency_id", "service_id", "location_id", name="service_at_location_once"),
    )
    op.create_index("service_at_location_location", "service_at_location", ["agency_id", "location_id"])
    for table in ("organization", "service", "location", "service_at_location"):
        wall(table, client_scoped=False)


def create_projections() -> None:
    op.create_table(
        "client",
        *record_columns(),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("age_band", TEXT, nullable=False),
        key(),
    )
    op.create_table(
        "consent",
        *record_columns(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("recipient_ids", JSONB(), nullable=False),
        sa.Column("purposes", JSONB(), nullable=False),
        sa.Column("data_classes", JSONB(), nullable=False),
        sa.Column("program_ids", JSONB(), nullable=False),
        sa.Column("effective_from", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
        key(),
        one_of("state", ("active", "revoked", "expired")),
    )
    op.create_index("consent_client", "consent", ["agency_id", "client_id", "id"])
    op.create_table(
        "part2_episode",
        *record_columns(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        key(),
    )
    op.create_index("part2_episode_client", "part2_episode", ["agency_id", "client_id"])
    for table in ("client", "consent", "part2_episode"):
        wall(table, client_scoped=True)


def create_needs_and_referrals() -> None:
    op.create_table(
        "need",
        *record_columns(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("domain", CODE, nullable=False),
        sa.Column("code", TEXT),
        sa.Column("screening_id", sa.Uuid()),
        sa.Column("priority", CODE, nullable=False),
        sa.Column("wants_help", sa.Boolean(), nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("identified_at", MOMENT, nullable=False),
        sa.Column("identified_by", sa.Uuid(), nullable=False),
        sa.Column("resolved_at", MOMENT),
        key(),
        one_of("priority", ("routine", "urgent")),
        one_of("status", ("open", "resolved")),
        sa.CheckConstraint("code ~ '^Z(5[5-9]|60|6[2-5])(\\.[0-9]{1,3})?$'", name="code"),
        sa.CheckConstraint("(status = 'resolved') = (resolved_at IS NOT NULL)", name="resolved"),
    )
    op.create_index("need_client", "need", ["agency_id", "client_id", "id"])
    op.create_table(
        "referral",
        *record_columns(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("consent_id", sa.Uuid()),
        sa.Column("rule_id", TEXT),
        sa.Column("must_stop_sharing", sa.Boolean(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("cancel_reason", TEXT),
        key(),
        to("need", "need_id"),
        to("service", "service_id"),
        to("organization", "organization_id"),
        one_of(
            "status",
            (
                "draft",
                "needs_consent",
                "ready",
                "sent",
                "accepted",
                "rejected",
                "no_response",
                "in_progress",
                "on_hold",
                "failed",
                "completed",
                "loop_closed",
                "cancelled",
            ),
        ),
        sa.CheckConstraint("status <> 'ready' OR consent_id IS NOT NULL", name="ready_by_consent"),
    )
    op.create_index("referral_client", "referral", ["agency_id", "client_id", "id"])
    op.create_index("referral_need", "referral", ["agency_id", "need_id"])
    op.create_index("referral_service", "referral", ["agency_id", "service_id"])
    op.create_index("referral_organization", "referral", ["agency_id", "organization_id"])
    for table in ("need", "referral"):
        wall(table, client_scoped=True)


def create_aftercare() -> None:
    op.create_table(
        "aftercare_plan",
        *record_columns(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("discharge_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("outcome", CODE),
        sa.Column("contacted_at", MOMENT),
        sa.Column("contacted_by", sa.Uuid()),
        key(),
        sa.UniqueConstraint("agency_id", "discharge_id", name="aftercare_plan_discharge"),
        one_of("status", ("planned", "done")),
        one_of("outcome", ("reached", "declined", "could_not_contact")),
        sa.CheckConstraint("(status = 'done') = (outcome IS NOT NULL AND contacted_at IS NOT NULL)", name="done"),
    )
    op.create_index("aftercare_plan_client", "aftercare_plan", ["agency_id", "client_id", "id"])
    wall("aftercare_plan", client_scoped=True, clinic=True)


def downgrade() -> None:
    raise RuntimeError("restore from backup")
