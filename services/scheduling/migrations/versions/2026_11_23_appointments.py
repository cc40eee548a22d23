"""Availability, appointments, series, gates and the facts they rest on."""

import sqlalchemy as sa
from alembic import op
from shared.migrations import build_plumbing, record_columns, wall
from sqlalchemy.dialects.postgresql import JSONB

revision = "2026_11_23_appointments"
down_revision = None
branch_labels = None
depends_on = None

KINDS = (
    "intake",
    "individual",
    "couple",
    "family",
    "group_session",
    "crisis",
    "psychiatric",
    "case_management",
    "supervision",
    "meeting",
)
MODALITIES = ("in_person", "video", "audio")
STATUSES = (
    "proposed",
    "booked",
    "confirmed",
    "arrived",
    "in_session",
    "kept",
    "no_show",
    "late_cancel",
    "cancelled_client",
    "cancelled_provider",
)
HOLDS_TIME = ("proposed", "booked", "confirmed", "arrived", "in_session", "kept")
POLICIES = ("off", "warn", "block")
GATES = ("treatment_consent", "telehealth_consent", "authorization", "credential", "credential_on_file")
INSTANT = sa.DateTime(timezone=True)
WALL = sa.DateTime(timezone=False)


def upgrade() -> None:
    build_plumbing("scheduling")
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    create_availability()
    create_appointments()
    create_gates()
    create_facts()


def create_availability() -> None:
    op.create_table(
        "availability",
        *record_columns(),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("modality", sa.String(40), nullable=False),
        sa.Column("kinds", JSONB(), nullable=False),
        sa.Column("windows", JSONB(), nullable=False),
        sa.Column("days_off", JSONB(), nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("buffer_minutes", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        one_of("modality", MODALITIES),
        sa.CheckConstraint("slot_minutes > 0 AND buffer_minutes >= 0", name="lengths"),
        sa.CheckConstraint("effective_until IS NULL OR effective_until >= effective_from", name="days"),
    )
    op.create_index("ix_availability_agency_id_provider_id", "availability", ["agency_id", "provider_id"])
    wall("availability", clinic=True)


def create_appointments() -> None:
    op.create_table(
        "appointment_series",
        *record_columns(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        *booking_columns(),
        sa.Column("first_start_local", WALL, nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        one_of("kind", KINDS),
        one_of("modality", MODALITIES),
        sa.CheckConstraint("duration_minutes > 0 AND every_weeks > 0 AND count > 0", name="lengths"),
    )
    op.create_index(
        "ix_appointment_series_agency_id_client_id_id", "appointment_series", ["agency_id", "client_id", "id"]
    )
    wall("appointment_series", clinic=True)
    op.create_table(
        "appointment",
        *record_columns(),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        *booking_columns(),
        sa.Column("series_id", sa.Uuid(), nullable=True),
        sa.Column("clinic_timezone", sa.String(64), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("start_at", INSTANT, nullable=False),
        sa.Column("end_at", INSTANT, nullable=False),
        sa.Column("start_local", WALL, nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("client_state", sa.String(2), nullable=True),
        sa.Column("warnings", JSONB(), nullable=False),
        sa.Column("arrived_at", INSTANT, nullable=True),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("no_show_at", INSTANT, nullable=True),
        sa.Column("cancelled_at", INSTANT, nullable=True),
        sa.Column("cancelled_by", sa.String(40), nullable=True),
        sa.Column("reason_code", sa.String(40), nullable=True),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        sa.ForeignKeyConstraint(
            ["agency_id", "series_id"],
            ["appointment_series.agency_id", "appointment_series.id"],
            name="fk_appointment_agency_id_series_id",
        ),
        one_of("kind", KINDS),
        one_of("modality", MODALITIES),
        one_of("status", STATUSES),
        one_of("cancelled_by", ("client", "provider", "discharge")),
        sa.CheckConstraint("end_at > start_at", name="length"),
        sa.CheckConstraint("(client_id IS NULL) = (kind IN ('supervision', 'meeting'))", name="client"),
        sa.CheckConstraint("status <> 'kept' OR (ended_at > started_at AND minutes >= 0)", name="kept"),
        sa.CheckConstraint(
            "status NOT IN ('late_cancel', 'cancelled_client', 'cancelled_provider') OR cancelled_at IS NOT NULL",
            name="cancelled",
        ),
    )
    op.create_index("ix_appointment_agency_id_client_id_id", "appointment", ["agency_id", "client_id", "id"])
    op.create_index(
        "ix_appointment_agency_id_provider_id_start_at", "appointment", ["agency_id", "provider_id", "start_at"]
    )
    op.create_index("ix_appointment_agency_id_episode_id", "appointment", ["agency_id", "episode_id"])
    op.create_index("ix_appointment_agency_id_series_id", "appointment", ["agency_id", "series_id"])
    for whose in ("provider", "client"):
        op.execute(
            f"ALTER TABLE appointment ADD CONSTRAINT ex_appointment_{whose} EXCLUDE USING gist (agency_id WITH =, "
            f"{whose}_id WITH =, tstzrange(start_at, end_at, '[)') WITH &&) WHERE (status IN ({quoted(HOLDS_TIME)}))"
        )
    wall("appointment", clinic=True)


def create_gates() -> None:
    op.create_table(
        "gate_policy",
        *record_columns(),
        *(sa.Column(gate, sa.String(40), nullable=False) for gate in GATES),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        sa.UniqueConstraint("agency_id", name="uq_gate_policy_agency_id"),
        *(one_of(gate, POLICIES) for gate in GATES),
    )
    wall("gate_policy")


def create_facts() -> None:
    facts: dict[str, list[sa.Column[object]]] = {
        "episode": [
            sa.Column("client_id", sa.Uuid(), nullable=False),
            sa.Column("closed_on", sa.Date(), nullable=True),
        ],
        "clinic": [
            sa.Column("timezone", sa.String(64), nullable=False),
            sa.Column("is_active", sa.Boolean(), nullable=False),
        ],
        "client": [sa.Column("clinic_id", sa.Uuid(), nullable=False)],
        "consent_fact": [
            sa.Column("client_id", sa.Uuid(), nullable=False),
            sa.Column("type", sa.String(60), nullable=False),
            sa.Column("effective_from", INSTANT, nullable=False),
            sa.Column("expires_at", INSTANT, nullable=True),
            sa.Column("ended_at", INSTANT, nullable=True),
        ],
        "authorization_fact": [
            sa.Column("client_id", sa.Uuid(), nullable=False),
            sa.Column("service_kind", sa.String(60), nullable=False),
            sa.Column("valid_from", sa.Date(), nullable=False),
            sa.Column("valid_until", sa.Date(), nullable=False),
            sa.Column("available", sa.Integer(), nullable=False),
            sa.Column("is_ended", sa.Boolean(), nullable=False),
        ],
        "eligibility_fact": [
            sa.Column("needs_authorization", sa.String(1), nullable=False),
            sa.Column("service_date", sa.Date(), nullable=False),
        ],
        "credential_fact": [
            sa.Column("clinician_id", sa.Uuid(), nullable=False),
            sa.Column("state", sa.String(2), nullable=False),
            sa.Column("issued_on", sa.Date(), nullable=False),
            sa.Column("expires_on", sa.Date(), nullable=False),
            sa.Column("expired_on", sa.Date(), nullable=True),
        ],
    }
    for name, columns in facts.items():
        op.create_table(name, *record_columns(), *columns, sa.PrimaryKeyConstraint("agency_id", "id"))
        wall(name)
    op.create_index("ix_consent_fact_agency_id_client_id", "consent_fact", ["agency_id", "client_id"])
    op.create_index("ix_authorization_fact_agency_id_client_id", "authorization_fact", ["agency_id", "client_id"])
    op.create_index("ix_credential_fact_agency_id_clinician_id", "credential_fact", ["agency_id", "clinician_id"])


def booking_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("episode_id", sa.Uuid(), nullable=True),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("modality", sa.String(40), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
    ]


def one_of(column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    return sa.CheckConstraint(f'"{column}" IN ({quoted(values)})', name=column)


def quoted(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def downgrade() -> None:
    raise RuntimeError("restore from backup")
