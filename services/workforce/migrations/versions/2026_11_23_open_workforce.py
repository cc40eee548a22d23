"""Clinicians, credentials, supervision, tasks."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from shared.migrations import build_plumbing, record_columns, wall
from sqlalchemy.dialects.postgresql import JSONB

revision = "2026_11_23_open_workforce"
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
    build_plumbing("workforce")
    create_clinicians()
    create_supervision()
    create_tasks()


def create_clinicians() -> None:
    op.create_table("agency", *record_columns(), sa.Column("timezone", TEXT, nullable=False), key())
    op.create_table(
        "clinician",
        *record_columns(),
        sa.Column("npi", TEXT),
        sa.Column("specialties", JSONB(), nullable=False),
        sa.Column("languages", JSONB(), nullable=False),
        sa.Column("is_practicum_student", sa.Boolean(), nullable=False),
        sa.Column("can_sign_independently", sa.Boolean(), nullable=False),
        sa.Column("needs_cosign", sa.Boolean(), nullable=False),
        key(),
        sa.UniqueConstraint("agency_id", "npi", name="clinician_npi"),
        sa.CheckConstraint("npi ~ '^[12][0-9]{9}$'", name="npi"),
        sa.CheckConstraint("NOT (can_sign_independently AND needs_cosign)", name="standing"),
    )
    op.create_table(
        "credential",
        *record_columns(),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("type", CODE, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("number", TEXT, nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("verified_at", MOMENT),
        sa.Column("verified_by", sa.Uuid()),
        sa.Column("source", CODE),
        sa.Column("renews_id", sa.Uuid()),
        sa.Column("renewal_task_id", sa.Uuid()),
        key(),
        to("clinician", "clinician_id"),
        to("credential", "renews_id"),
        sa.UniqueConstraint("agency_id", "renews_id", name="credential_renewed_once"),
        one_of("status", ("pending", "verified", "expiring", "expired", "suspended", "renewed")),
        sa.CheckConstraint("issued_on <= expires_on", name="dates"),
        sa.CheckConstraint("status = 'pending' OR (verified_at IS NOT NULL AND source IS NOT NULL)", name="verified"),
        sa.CheckConstraint("verified_by <> clinician_id", name="verified_by_another"),
    )
    op.create_index("credential_clinician", "credential", ["agency_id", "clinician_id", "id"])
    for table in ("agency", "clinician", "credential"):
        wall(table, client_scoped=False)


def create_supervision() -> None:
    op.create_table(
        "supervision_assignment",
        *record_columns(),
        sa.Column("supervisee_id", sa.Uuid(), nullable=False),
        sa.Column("supervisor_id", sa.Uuid(), nullable=False),
        sa.Column("licence_track", CODE),
        sa.Column("minutes_per_week", sa.Integer()),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("status", CODE, nullable=False),
        key(),
        to("clinician", "supervisee_id"),
        to("clinician", "supervisor_id"),
        one_of("status", ("proposed", "active", "ended")),
        sa.CheckConstraint("supervisee_id <> supervisor_id", name="another"),
        sa.CheckConstraint("starts_on <= ends_on", name="dates"),
        sa.CheckConstraint("minutes_per_week > 0", name="minutes_per_week"),
    )
    op.create_index("supervision_assignment_supervisee", "supervision_assignment", ["agency_id", "supervisee_id", "id"])
    op.create_index("supervision_assignment_supervisor", "supervision_assignment", ["agency_id", "supervisor_id", "id"])
    op.create_table(
        "supervision_session",
        *record_columns(),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("supervisee_id", sa.Uuid(), nullable=False),
        sa.Column("supervisor_id", sa.Uuid(), nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("competencies", JSONB(), nullable=False),
        sa.Column("supervisee_signed_at", MOMENT),
        sa.Column("supervisor_signed_at", MOMENT),
        key(),
        to("supervision_assignment", "assignment_id"),
        one_of("kind", ("individual", "triadic", "group")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
    )
    op.create_index("supervision_session_assignment", "supervision_session", ["agency_id", "assignment_id", "id"])
    for table in ("supervision_assignment", "supervision_session"):
        wall(table, client_scoped=False)


def create_tasks() -> None:
    op.create_table(
        "task",
        *record_columns(),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid()),
        sa.Column("clinic_id", sa.Uuid()),
        sa.Column("assignee_id", sa.Uuid()),
        sa.Column("role", TEXT),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("rule", TEXT, nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("is_overdue", sa.Boolean(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("acknowledged_at", MOMENT),
        sa.Column("acknowledged_by", sa.Uuid()),
        sa.Column("closed_at", MOMENT),
        sa.Column("close_reason", TEXT),
        key(),
        one_of("status", ("open", "closed")),
        sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed"),
    )
    op.create_index("task_assignee", "task", ["agency_id", "assignee_id", "status", "id"])
    op.create_index("task_role", "task", ["agency_id", "role", "status", "id"])
    op.create_index("task_client", "task", ["agency_id", "client_id", "id"])
    wall("task", client_scoped=True)


def downgrade() -> None:
    raise RuntimeError("restore from backup")
