"""Coverage, eligibility, requests, authorizations with their ledger, charges, and what other services told."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from shared.migrations import build_plumbing, record_columns, wall
from sqlalchemy.dialects.postgresql import JSONB

revision = "2026_11_23_open_authorizations"
down_revision = None
branch_labels = None
depends_on = None

CODE, MOMENT, MONEY, DAY, ID, NUMBER, YES = (
    sa.String(40),
    sa.DateTime(timezone=True),
    sa.Numeric(12, 2),
    sa.Date(),
    sa.Uuid(),
    sa.Integer(),
    sa.Boolean(),
)
PAYER_TYPES = (
    "medicaid_ffs",
    "medicaid_mco",
    "chip",
    "medicare",
    "medicare_advantage",
    "ffe_qhp",
    "commercial_insured",
    "self_funded_erisa",
    "eap",
    "self_pay",
)
SERVICES = (
    "individual",
    "family",
    "group",
    "multi_family_group",
    "evaluation",
    "evaluation_medical",
    "crisis",
    "case_management",
    "counseling",
    "psychiatric",
    "collateral",
    "other",
)
UNITS = ("visit", "hour", "quarter_hour", "day")
ROUNDINGS = ("midpoint", "full")
REQUEST_STATES = (
    "draft",
    "submitted",
    "pended",
    "info_sent",
    "contact_payer",
    "needs_review",
    "approved",
    "modified",
    "partially_approved",
    "denied",
    "not_required",
    "rejected",
    "cancelled",
    "appealed",
)
CHARGE_STATES = (
    "candidate",
    "blocked",
    "ready",
    "exported",
    "accepted",
    "paid",
    "partially_paid",
    "denied",
    "corrected",
    "written_off",
    "void",
)


def need(name: str, kind: sa.types.TypeEngine) -> sa.Column:
    return sa.Column(name, kind, nullable=False)


def may(name: str, kind: sa.types.TypeEngine) -> sa.Column:
    return sa.Column(name, kind)


def key() -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("agency_id", "id")


def to(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["agency_id", column], [f"{table}.agency_id", f"{table}.id"])


def one_of(column: str, values: Sequence[str]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f'"{column}" IN ({listed})', name=column)


def upgrade() -> None:
    build_plumbing("authorizations")
    create_payers()
    create_eligibility()
    create_requests()
    create_authorizations()
    create_appointments()
    create_charges()
    create_projections()


def create_payers() -> None:
    op.create_table(
        "payer",
        *record_columns(),
        need("name", sa.String(200)),
        need("payer_type", CODE),
        need("adapter", CODE),
        may("endpoint", sa.String(300)),
        may("standard_hours", NUMBER),
        may("expedited_hours", NUMBER),
        may("appeal_days", NUMBER),
        need("code_scheme", CODE),
        need("rounding", CODE),
        need("takes_supervised", YES),
        key(),
        one_of("payer_type", PAYER_TYPES),
        one_of("adapter", ("pas_fhir", "portal_manual")),
        one_of("code_scheme", ("cpt", "hcpcs")),
        one_of("rounding", ROUNDINGS),
    )
    op.create_table(
        "coverage",
        *record_columns(),
        need("client_id", ID),
        need("payer_id", ID),
        need("member_id", sa.String(80)),
        may("group_number", sa.String(80)),
        need("plan_name", sa.String(200)),
        need("relation", CODE),
        need("order", CODE),
        need("valid_from", DAY),
        may("valid_until", DAY),
        key(),
        to("payer", "payer_id"),
        one_of("relation", ("self", "spouse", "child", "other")),
        one_of("order", ("primary", "secondary", "tertiary")),
        sa.CheckConstraint("valid_until >= valid_from", name="window"),
    )
    op.create_index("ix_coverage_client", "coverage", ["agency_id", "client_id", "id"])
    wall("payer")
    wall("coverage")


def create_eligibility() -> None:
    op.create_table(
        "eligibility_check",
        *record_columns(),
        need("coverage_id", ID),
        need("client_id", ID),
        need("payer_id", ID),
        need("asked_at", MOMENT),
        may("answered_at", MOMENT),
        need("service_date", DAY),
        need("service_types", JSONB()),
        need("status", CODE),
        need("auth_required", JSONB()),
        may("in_network", YES),
        may("copay", MONEY),
        may("deductible_remaining", MONEY),
        may("visits_remaining", NUMBER),
        need("error_codes", JSONB()),
        may("evidence_reference", sa.String(200)),
        key(),
        to("coverage", "coverage_id"),
        one_of("status", ("pending", "active", "inactive", "unknown", "error")),
        sa.CheckConstraint("copay >= 0 AND deductible_remaining >= 0 AND visits_remaining >= 0", name="amounts"),
    )
    op.create_index("ix_eligibility_check_client", "eligibility_check", ["agency_id", "client_id", "id"])
    op.create_index("ix_eligibility_check_coverage", "eligibility_check", ["agency_id", "coverage_id", "id"])
    wall("eligibility_check")


def create_requests() -> None:
    op.create_table(
        "authorization_request",
        *record_columns(),
        need("client_id", ID),
        need("coverage_id", ID),
        need("payer_id", ID),
        need("service_kind", CODE),
        need("units", NUMBER),
        need("unit_kind", CODE),
        need("valid_from", DAY),
        need("valid_until", DAY),
        need("priority", CODE),
        need("status", CODE),
        may("submitted_at", MOMENT),
        may("due_at", MOMENT),
        may("clock_basis", CODE),
        need("is_overdue", YES),
        may("action_code", CODE),
        may("finding", CODE),
        need("reason_codes", JSONB()),
        may("payer_reference", sa.String(80)),
        may("evidence_reference", sa.String(200)),
        may("was_human_reviewed", YES),
        may("decided_at", MOMENT),
        may("appeal_by", DAY),
        may("consent_id", ID),
        key(),
        to("coverage", "coverage_id"),
        to("payer", "payer_id"),
        one_of("service_kind", SERVICES),
        one_of("unit_kind", UNITS),
        one_of("priority", ("standard", "expedited")),
        one_of("status", REQUEST_STATES),
        sa.CheckConstraint("units > 0 AND valid_until >= valid_from", name="asked"),
    )
    op.create_index("ix_authorization_request_client", "authorization_request", ["agency_id", "client_id", "id"])
    wall("authorization_request")


def create_authorizations() -> None:
    op.create_table(
        "authorization",
        *record_columns(),
        need("request_id", ID),
        need("client_id", ID),
        need("coverage_id", ID),
        need("payer_id", ID),
        need("number", sa.String(50)),
        need("service_kind", CODE),
        need("unit_kind", CODE),
        need("rounding", CODE),
        need("valid_from", DAY),
        need("valid_until", DAY),
        may("terminated_on", DAY),
        need("approved", NUMBER),
        need("used", NUMBER),
        need("reserved", NUMBER),
        need("status", CODE),
        need("is_low", YES),
        need("is_expiring", YES),
        key(),
        to("authorization_request", "request_id"),
        to("coverage", "coverage_id"),
        sa.CheckConstraint("used >= 0 AND reserved >= 0 AND approved >= used + reserved", name="balance"),
        sa.CheckConstraint("valid_until >= valid_from", name="window"),
        sa.UniqueConstraint("agency_id", "request_id", name="authorization_request_once"),
        one_of("service_kind", SERVICES),
        one_of("unit_kind", UNITS),
        one_of("rounding", ROUNDINGS),
        one_of("status", ("active", "exhausted", "expired", "revised", "terminated")),
    )
    op.create_index(
        "ix_authorization_client", "authorization", ["agency_id", "client_id", "service_kind", "valid_until"]
    )
    op.create_table(
        "unit_entry",
        *record_columns(),
        need("authorization_id", ID),
        need("sequence", NUMBER),
        need("client_id", ID),
        need("appointment_id", ID),
        need("kind", CODE),
        need("units", NUMBER),
        need("service_date", DAY),
        need("used_after", NUMBER),
        need("reserved_after", NUMBER),
        key(),
        to("authorization", "authorization_id"),
        sa.UniqueConstraint("agency_id", "appointment_id", "kind", "authorization_id", name="unit_entry_once"),
        sa.UniqueConstraint("agency_id", "authorization_id", "sequence", name="unit_entry_sequence"),
        sa.CheckConstraint("units > 0", name="units"),
        one_of("kind", ("reserve", "release", "consume", "reverse", "adjust")),
    )
    wall("authorization")
    wall("unit_entry")
    op.execute("REVOKE UPDATE, DELETE ON unit_entry FROM authorizations_app")


def create_appointments() -> None:
    op.create_table(
        "appointment",
        *record_columns(),
        need("client_id", ID),
        may("episode_id", ID),
        need("clinic_id", ID),
        may("service_kind", CODE),
        need("service_date", DAY),
        need("minutes", NUMBER),
        need("status", CODE),
        need("is_emergency", YES),
        need("lacks_unit", YES),
        key(),
        one_of("service_kind", SERVICES),
        one_of("status", ("booked", "cancelled", "no_show", "kept")),
        sa.CheckConstraint("minutes >= 0", name="minutes"),
    )
    op.create_index("ix_appointment_client", "appointment", ["agency_id", "client_id", "service_date"])
    wall("appointment")


def create_charges() -> None:
    op.create_table(
        "charge",
        *record_columns(),
        need("note_id", ID),
        need("appointment_id", ID),
        need("client_id", ID),
        need("episode_id", ID),
        need("clinic_id", ID),
        need("rendering_id", ID),
        may("supervising_id", ID),
        need("service_kind", CODE),
        need("service_date", DAY),
        need("minutes", NUMBER),
        need("is_telehealth", YES),
        need("client_present", YES),
        need("status", CODE),
        need("reason_codes", JSONB()),
        need("lines", JSONB()),
        need("place_of_service", sa.String(2)),
        need("modifiers", JSONB()),
        need("diagnosis_codes", JSONB()),
        may("rendering_npi", sa.String(10)),
        may("coverage_id", ID),
        may("payer_id", ID),
        may("authorization_id", ID),
        may("authorization_number", sa.String(50)),
        key(),
        sa.UniqueConstraint("agency_id", "note_id", name="charge_note_once"),
        one_of("service_kind", SERVICES),
        one_of("status", CHARGE_STATES),
        sa.CheckConstraint("minutes >= 0", name="minutes"),
    )
    op.create_index("ix_charge_client", "charge", ["agency_id", "client_id", "id"])
    op.create_index("ix_charge_rendering", "charge", ["agency_id", "rendering_id", "id"])
    op.create_index("ix_charge_appointment", "charge", ["agency_id", "appointment_id"])
    op.create_table(
        "duty",
        *record_columns(),
        need("kind", CODE),
        need("subject_id", ID),
        need("client_id", ID),
        may("closed_at", MOMENT),
        key(),
    )
    op.create_index(
        "duty_open_once",
        "duty",
        ["agency_id", "kind", "subject_id"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    wall("charge")
    wall("duty")


def create_projections() -> None:
    op.create_table(
        "episode",
        *record_columns(),
        need("client_id", ID),
        need("clinic_id", ID),
        need("program_id", ID),
        need("is_part2", YES),
        need("opened_on", DAY),
        may("closed_on", DAY),
        key(),
    )
    op.create_index("ix_episode_client", "episode", ["agency_id", "client_id"])
    op.create_table("agency_calendar", *record_columns(), need("timezone", sa.String(64)), key())
    op.create_table("client", *record_columns(), need("clinic_id", ID), key())
    op.create_table(
        "diagnosis",
        *record_columns(),
        need("client_id", ID),
        need("episode_id", ID),
        need("code", sa.String(10)),
        need("rank", NUMBER),
        need("verification", CODE),
        key(),
    )
    op.create_index("ix_diagnosis_client", "diagnosis", ["agency_id", "client_id"])
    op.create_table(
        "consent",
        *record_columns(),
        need("client_id", ID),
        need("type", sa.String(80)),
        need("effective_from", MOMENT),
        may("expires_at", MOMENT),
        may("ended_at", MOMENT),
        key(),
    )
    op.create_index("ix_consent_client", "consent", ["agency_id", "client_id"])
    op.create_table("clinician", *record_columns(), may("npi", sa.String(10)), need("needs_cosign", YES), key())
    for table in ("episode", "agency_calendar", "client", "diagnosis", "consent", "clinician"):
        wall(table)


def downgrade() -> None:
    raise RuntimeError("restore from backup")
