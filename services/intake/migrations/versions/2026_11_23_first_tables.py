"""The first tables of intake."""

import sqlalchemy as sa
from alembic import op
from shared.migrations import build_plumbing, record_columns, wall
from sqlalchemy.dialects.postgresql import JSONB

revision = "intake_0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
CODE = sa.String(40)
CONSENT_TYPES = (
    "treatment telehealth npp_acknowledgement financial_agreement roi part2_tpo part2_specific part2_intermediary part2_legal "
    "part2_sud_counseling psychotherapy_notes group_confidentiality recording communication trainee_involvement research "
    "advance_directive"
)


def words(column: str, values: str) -> sa.CheckConstraint:
    """The column holds one of these words, or nothing."""
    listed = ", ".join(f"'{value}'" for value in values.split())
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def text(name: str, *, null: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.String(), nullable=null)


def code(name: str, *, null: bool = False) -> "sa.Column[str]":
    return sa.Column(name, CODE, nullable=null)


def uid(name: str, *, null: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.Uuid(), nullable=null)


def yes(name: str) -> "sa.Column[bool]":
    return sa.Column(name, sa.Boolean(), nullable=False)


def day(name: str, *, null: bool = True) -> "sa.Column[object]":
    return sa.Column(name, sa.Date(), nullable=null)


def moment(name: str, *, null: bool = True) -> "sa.Column[object]":
    return sa.Column(name, TIME, nullable=null)


def document(name: str, *, null: bool = False) -> "sa.Column[object]":
    return sa.Column(name, JSONB(), nullable=null)


def key() -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("agency_id", "id")


def to(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["agency_id", column], [f"{table}.agency_id", f"{table}.id"])


def upgrade() -> None:
    build_plumbing("intake")
    create_projections()
    create_client()
    create_inquiry()
    create_program_and_episode()
    create_consent()
    create_disclosure()
    for table in (
        "agency_calendar",
        "clinic",
        "client",
        "contact_attempt",
        "program",
        "consent",
        "episode",
        "restriction",
        "disclosure",
    ):
        wall(table)
    wall("inquiry", clinic=True)


def create_projections() -> None:
    op.create_table("agency_calendar", *record_columns(), text("timezone"), document("holidays"), key())
    op.create_table("clinic", *record_columns(), text("timezone"), yes("is_active"), key())


def create_client() -> None:
    op.create_table(
        "client",
        *record_columns(),
        uid("clinic_id"),
        text("record_number"),
        code("status"),
        text("legal_first_name"),
        text("legal_middle_name", null=True),
        text("legal_last_name"),
        text("suffix", null=True),
        text("name_to_use", null=True),
        document("previous_last_names"),
        text("pronouns", null=True),
        day("date_of_birth", null=False),
        code("administrative_sex"),
        code("sex_for_clinical_use"),
        text("gender_identity", null=True),
        text("sexual_orientation", null=True),
        document("race_ethnicity"),
        text("language"),
        yes("needs_interpreter"),
        text("phone", null=True),
        text("email", null=True),
        document("address", null=True),
        yes("is_address_confidential"),
        document("contact_permission"),
        document("guardians"),
        text("member_id", null=True),
        text("last_name_soundex"),
        sa.Column("birth_year", sa.Integer(), nullable=False),
        text("phone_digits", null=True),
        text("member_id_plain", null=True),
        document("possible_duplicates"),
        document("duplicate_decision", null=True),
        key(),
        sa.UniqueConstraint("agency_id", "record_number", name="client_record_number"),
        words("status", "prospective active inactive merged_into deceased"),
        words("administrative_sex", "female male other unknown"),
        words("sex_for_clinical_use", "female male other unknown"),
    )
    op.create_index("client_born", "client", ["agency_id", "date_of_birth"])
    op.create_index("client_sounds", "client", ["agency_id", "last_name_soundex", "birth_year"])
    op.create_index("client_phone", "client", ["agency_id", "phone_digits"])
    op.create_index("client_member", "client", ["agency_id", "member_id_plain"])


def create_inquiry() -> None:
    op.create_table(
        "inquiry",
        *record_columns(),
        uid("clinic_id"),
        code("status"),
        code("channel"),
        code("caller_is"),
        text("reason"),
        document("callback"),
        document("danger_flags"),
        day("recent_discharge_on"),
        text("requested_service", null=True),
        text("language"),
        yes("needs_interpreter"),
        text("name_to_use", null=True),
        text("phone", null=True),
        uid("program_id", null=True),
        uid("referral_source_id", null=True),
        text("external_referral_id", null=True),
        moment("received_at", null=False),
        code("level", null=True),
        text("standard_code", null=True),
        moment("triaged_at"),
        moment("due_at"),
        uid("task_id", null=True),
        day("offered_on"),
        day("declined_on"),
        moment("responded_at"),
        moment("served_at"),
        moment("evaluated_at"),
        uid("client_id", null=True),
        code("close_reason", null=True),
        code("disposition", null=True),
        moment("closed_at"),
        key(),
        to("client", "client_id"),
        words("status", "new triaged contacted converted closed"),
        words("level", "emergent urgent routine"),
        words("channel", "phone web walk_in partner_api fax crisis_line_handoff"),
        sa.CheckConstraint("(level IS NULL) = (due_at IS NULL)", name="level_has_clock"),
        sa.CheckConstraint("status <> 'converted' OR client_id IS NOT NULL", name="converted_has_client"),
        sa.CheckConstraint(
            "status <> 'closed' OR (close_reason IS NOT NULL AND (level IS DISTINCT FROM 'emergent' OR disposition IS NOT NULL))",
            name="closed_has_reason",
        ),
    )
    op.create_index("inquiry_open", "inquiry", ["agency_id", "status", "id"])
    op.create_index("inquiry_client", "inquiry", ["agency_id", "client_id"])
    op.create_table(
        "contact_attempt",
        *record_columns(),
        uid("inquiry_id"),
        code("outcome"),
        day("offered_on"),
        day("declined_on"),
        uid("made_by"),
        moment("made_at", null=False),
        key(),
        to("inquiry", "inquiry_id"),
        words("outcome", "reached voicemail_left no_answer wrong_number text_sent"),
    )
    op.create_index("contact_attempt_inquiry", "contact_attempt", ["agency_id", "inquiry_id", "id"])


def create_program_and_episode() -> None:
    op.create_table(
        "program",
        *record_columns(),
        uid("clinic_id"),
        text("code"),
        text("name"),
        yes("is_part2"),
        sa.Column("review_every_days", sa.Integer(), nullable=False),
        text("access_standard"),
        yes("is_active"),
        key(),
        sa.UniqueConstraint("agency_id", "clinic_id", "code", name="program_code"),
        sa.CheckConstraint("review_every_days BETWEEN 1 AND 366", name="review_every_days"),
    )
    op.create_table(
        "episode",
        *record_columns(),
        uid("client_id"),
        uid("program_id"),
        uid("clinic_id"),
        uid("primary_clinician_id"),
        code("status"),
        yes("is_part2"),
        yes("is_emergency_admission"),
        day("opened_on"),
        day("closed_on"),
        text("end_reason", null=True),
        key(),
        to("client", "client_id"),
        to("program", "program_id"),
        words("status", "referred intake admitted active discharge_pending discharged not_admitted"),
        sa.CheckConstraint("closed_on IS NULL OR opened_on IS NULL OR closed_on >= opened_on", name="days_in_order"),
    )
    op.create_index("episode_client", "episode", ["agency_id", "client_id", "id"])
    op.create_index(
        "episode_open",
        "episode",
        ["agency_id", "client_id", "program_id"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('discharged', 'not_admitted')"),
    )


def create_consent() -> None:
    op.create_table(
        "consent",
        *record_columns(),
        uid("client_id"),
        code("type"),
        code("status"),
        text("form_version"),
        text("form_hash"),
        text("language"),
        text("discloser"),
        document("scope"),
        document("recipients"),
        document("purposes"),
        yes("is_at_request_of_client"),
        document("statements"),
        moment("expires_at"),
        code("expires_event", null=True),
        code("signer_role", null=True),
        text("signer_name", null=True),
        text("signer_authority", null=True),
        code("method", null=True),
        text("witness_name", null=True),
        moment("signed_at"),
        moment("effective_from"),
        text("rule_version", null=True),
        moment("declined_at"),
        moment("ended_at"),
        document("revocation", null=True),
        uid("collected_by", null=True),
        key(),
        to("client", "client_id"),
        words("type", CONSENT_TYPES),
        words("status", "draft active declined revoked expired superseded"),
        sa.CheckConstraint(
            "status IN ('draft', 'declined') OR (signed_at IS NOT NULL AND signer_role IS NOT NULL)",
            name="active_is_signed",
        ),
    )
    op.create_index("consent_client", "consent", ["agency_id", "client_id", "id"])


def create_disclosure() -> None:
    op.create_table(
        "restriction",
        *record_columns(),
        uid("client_id"),
        yes("is_self_paid"),
        uid("recipient_id", null=True),
        text("data_class", null=True),
        uid("recorded_by"),
        moment("withdrawn_at"),
        key(),
        to("client", "client_id"),
    )
    op.create_index("restriction_client", "restriction", ["agency_id", "client_id", "id"])
    op.create_table(
        "disclosure",
        *record_columns(),
        uid("client_id"),
        uid("recipient_id"),
        text("purpose"),
        document("data_classes"),
        uid("consent_id", null=True),
        moment("made_at", null=False),
        key(),
    )
    op.create_index("disclosure_client", "disclosure", ["agency_id", "client_id", "id"])


def downgrade() -> None:
    raise RuntimeError("restore from backup")
