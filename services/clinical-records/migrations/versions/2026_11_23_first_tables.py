"""The first tables of clinical-records.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op
from shared.migrations import build_plumbing, record_columns, wall
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
AT = sa.DateTime(timezone=True)


def one_of(column: str, members: str) -> sa.CheckConstraint:
    """The column's state is one of these; a state that is not known is refused by the database too."""
    listed = ", ".join(f"'{member}'" for member in members.split())
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def upgrade() -> None:
    build_plumbing("clinical-records")
    op.create_table(
        "client",
        *record_columns(),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("age_band", sa.String(40), nullable=False),
        sa.Column("chain_length", sa.Integer(), nullable=False),
        sa.Column("chain_hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        sa.CheckConstraint("chain_length >= 0", name="chain"),
    )
    wall("client")
    op.create_table(
        "episode",
        *record_columns(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("primary_clinician_id", sa.Uuid(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("is_part2", sa.Boolean(), nullable=False),
        sa.Column("closed_on", sa.Date()),
        sa.PrimaryKeyConstraint("agency_id", "id"),
    )
    op.create_index("ix_episode_client", "episode", ["agency_id", "client_id", "id"])
    wall("episode")
    op.create_table(
        "care_team_member",
        *record_columns(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.Column("until", AT),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        one_of("role", "primary_clinician clinician psychiatrist case_manager student supervisor"),
        sa.CheckConstraint("until IS NULL OR until >= since", name="span"),
    )
    op.create_index("ix_care_team_member_client", "care_team_member", ["agency_id", "client_id", "id"])
    op.create_index("ix_care_team_member_member", "care_team_member", ["agency_id", "member_id", "id"])
    op.create_index(
        "uq_care_team_member_primary",
        "care_team_member",
        ["agency_id", "episode_id"],
        unique=True,
        postgresql_where=sa.text("is_primary AND until IS NULL"),
    )
    wall("care_team_member")
    op.create_table(
        "duty",
        *record_columns(),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("closed_at", AT),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        one_of(
            "kind",
            "cssrs_screen measure_due not_on_track page_supervisor full_risk_assessment risk_contact plan_review note_due note_overdue cosign returned",
        ),
    )
    op.create_index("ix_duty_client", "duty", ["agency_id", "client_id", "kind"])
    op.create_index("ix_duty_subject", "duty", ["agency_id", "subject_id", "kind"])
    wall("duty")
    op.create_table(
        "measure_administration",
        *record_columns(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid()),
        sa.Column("instrument", sa.String(40), nullable=False),
        sa.Column("definition_version", sa.String(40), nullable=False),
        sa.Column("occasion", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("assigned_by", sa.Uuid(), nullable=False),
        sa.Column("items", postgresql.JSONB()),
        sa.Column("unscored", postgresql.JSONB()),
        sa.Column("total", sa.Integer()),
        sa.Column("band", sa.String(40)),
        sa.Column("is_positive", sa.Boolean()),
        sa.Column("is_prorated", sa.Boolean(), nullable=False),
        sa.Column("item_alert", sa.Boolean(), nullable=False),
        sa.Column("change", postgresql.JSONB()),
        sa.Column("answered_by", sa.Uuid()),
        sa.Column("scored_at", AT),
        sa.Column("void_reason", sa.String(400)),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        one_of("instrument", "phq-9 phq-2 gad-7 gad-2"),
        one_of("occasion", "intake routine review discharge"),
        one_of("status", "assigned started completed scored invalid expired declined voided"),
        sa.CheckConstraint("total >= 0 AND (total IS NULL OR status IN ('scored', 'voided'))", name="total"),
    )
    op.create_index("ix_measure_administration_client", "measure_administration", ["agency_id", "client_id", "id"])
    wall("measure_administration")
    op.create_table(
        "risk_assessment",
        *record_columns(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("form_version", sa.String(40), nullable=False),
        sa.Column("answers", postgresql.JSONB(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("triaged_level", sa.String(40), nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("missing", postgresql.JSONB(), nullable=False),
        sa.Column("contradictory", postgresql.JSONB(), nullable=False),
        sa.Column("key_id", sa.Uuid()),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("completed_at", AT),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        one_of("status", "in_progress complete superseded"),
        one_of("triaged_level", "none_identified low moderate high"),
        one_of("level", "none_identified low moderate high"),
    )
    op.create_index("ix_risk_assessment_client", "risk_assessment", ["agency_id", "client_id", "id"])
    wall("risk_assessment")
    op.create_table(
        "assessment",
        *record_columns(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("loc_code", sa.String(40)),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", AT),
        sa.Column("supervisor_id", sa.Uuid()),
        sa.Column("cosigned_at", AT),
        sa.Column("content_hash", sa.String(64)),
        sa.Column("void_reason", sa.String(400)),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        one_of("status", "draft pending_cosign final amended void"),
        one_of("loc_code", "outpatient iop php residential inpatient"),
    )
    op.create_index("ix_assessment_client", "assessment", ["agency_id", "client_id", "id"])
    wall("assessment")
    op.create_table(
        "diagnosis",
        *record_columns(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(8), nullable=False),
        sa.Column("code_set_version", sa.String(40), nullable=False),
        sa.Column("text", sa.String(400)),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("verification", sa.String(40), nullable=False),
        sa.Column("is_billable", sa.Boolean(), nullable=False),
        sa.Column("onset_on", sa.Date()),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("resolved_on", sa.Date()),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        one_of("verification", "provisional confirmed rule_out refuted resolved entered_in_error"),
        sa.CheckConstraint("rank BETWEEN 1 AND 12", name="rank_range"),
    )
    op.create_index("ix_diagnosis_client", "diagnosis", ["agency_id", "client_id", "id"])
    op.create_index(
        "uq_diagnosis_principal",
        "diagnosis",
        ["agency_id", "episode_id"],
        unique=True,
        postgresql_where=sa.text("rank = 1 AND verification IN ('provisional', 'confirmed', 'rule_out')"),
    )
    wall("diagnosis")
    op.create_table(
        "diagnosis_change",
        *record_columns(),
        sa.Column("diagnosis_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("verification", sa.String(40), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(400)),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        sa.ForeignKeyConstraint(
            ["agency_id", "diagnosis_id"], ["diagnosis.agency_id", "diagnosis.id"], name="fk_diagnosis_change_diagnosis"
        ),
        one_of("verification", "provisional confirmed rule_out refuted resolved entered_in_error"),
    )
    op.create_index("ix_diagnosis_change_diagnosis", "diagnosis_change", ["agency_id", "diagnosis_id", "id"])
    wall("diagnosis_change")
    op.create_table(
        "plan",
        *record_columns(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("review_every_days", sa.Integer(), nullable=False),
        sa.Column("review_due_on", sa.Date()),
        sa.Column("review_reason", sa.String(40)),
        sa.Column("needs_supervisor", sa.Boolean(), nullable=False),
        sa.Column("supervisor_id", sa.Uuid()),
        sa.Column("activated_at", AT),
        sa.Column("closed_at", AT),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        one_of("status", "draft awaiting_signatures active under_review closed"),
        one_of("review_reason", "scheduled level_of_care crisis not_on_track client_asked"),
        sa.CheckConstraint("review_every_days BETWEEN 7 AND 366 AND plan_version >= 1", name="review"),
    )
    op.create_index("ix_plan_client", "plan", ["agency_id", "client_id", "id"])
    op.create_index(
        "uq_plan_open", "plan", ["agency_id", "episode_id"], unique=True, postgresql_where=sa.text("status <> 'closed'")
    )
    wall("plan")
    op.create_table(
        "plan_edition",
        *record_columns(),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("activated_at", AT, nullable=False),
        sa.Column("review_due_on", sa.Date(), nullable=False),
        sa.Column("review_reason", sa.String(40)),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        sa.ForeignKeyConstraint(["agency_id", "plan_id"], ["plan.agency_id", "plan.id"], name="fk_plan_edition_plan"),
        one_of("review_reason", "scheduled level_of_care crisis not_on_track client_asked"),
    )
    op.create_index("uq_plan_edition_number", "plan_edition", ["agency_id", "plan_id", "number"], unique=True)
    wall("plan_edition")
    op.create_table(
        "plan_signature",
        *record_columns(),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("signer", sa.String(40), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("refusal_reason", sa.String(400)),
        sa.Column("signed_at", AT, nullable=False),
        sa.Column("withdrawn_at", AT),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        sa.ForeignKeyConstraint(["agency_id", "plan_id"], ["plan.agency_id", "plan.id"], name="fk_plan_signature_plan"),
        one_of("signer", "clinician client guardian supervisor"),
    )
    op.create_index(
        "uq_plan_signature_signer",
        "plan_signature",
        ["agency_id", "plan_id", "plan_version", "signer"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    wall("plan_signature")
    op.create_table(
        "objective",
        *record_columns(),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        sa.ForeignKeyConstraint(["agency_id", "plan_id"], ["plan.agency_id", "plan.id"], name="fk_objective_plan"),
    )
    op.create_index("ix_objective_client", "objective", ["agency_id", "client_id", "is_active"])
    wall("objective")
    op.create_table(
        "note",
        *record_columns(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid()),
        sa.Column("appointment_id", sa.Uuid()),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("format", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("started_at", AT),
        sa.Column("ended_at", AT),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("is_telehealth", sa.Boolean(), nullable=False),
        sa.Column("client_present", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(40)),
        sa.Column("is_emergency_contact_checked", sa.Boolean(), nullable=False),
        sa.Column("attendees", postgresql.JSONB(), nullable=False),
        sa.Column("modalities", postgresql.JSONB(), nullable=False),
        sa.Column("interventions", postgresql.JSONB(), nullable=False),
        sa.Column("objective_ids", postgresql.JSONB(), nullable=False),
        sa.Column("diagnosis_ids", postgresql.JSONB(), nullable=False),
        sa.Column("risk", sa.String(40)),
        sa.Column("service_code", sa.String(5)),
        sa.Column("key_id", sa.Uuid()),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("due_at", AT),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("signed_at", AT),
        sa.Column("supervisor_id", sa.Uuid()),
        sa.Column("cosigned_at", AT),
        sa.Column("content_hash", sa.String(64)),
        sa.Column("void_requested_by", sa.Uuid()),
        sa.Column("void_reason", sa.String(400)),
        sa.Column("voided_at", AT),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        one_of(
            "kind",
            "individual couple family group crisis case_management collateral no_show phone consultation assessment psychiatric",
        ),
        one_of("format", "soap dap birp girp"),
        one_of("status", "draft pending_cosign returned final voided"),
        one_of("place", "office home community phone telehealth_home telehealth_other"),
        one_of("risk", "none_identified low moderate high not_assessed"),
        sa.CheckConstraint(
            "minutes >= 0 AND (started_at IS NULL OR ended_at IS NULL OR started_at <= ended_at)", name="times"
        ),
        sa.CheckConstraint(
            "status <> 'pending_cosign' OR (supervisor_id IS NOT NULL AND supervisor_id <> author_id)", name="cosign"
        ),
        sa.CheckConstraint(
            "status NOT IN ('final', 'voided') OR (signed_at IS NOT NULL AND content_hash IS NOT NULL)", name="final"
        ),
    )
    op.create_index("ix_note_author", "note", ["agency_id", "author_id", "id"])
    op.create_index("ix_note_client", "note", ["agency_id", "client_id", "id"])
    op.create_index(
        "uq_note_appointment",
        "note",
        ["agency_id", "appointment_id"],
        unique=True,
        postgresql_where=sa.text("appointment_id IS NOT NULL"),
    )
    wall("note")
    op.create_table(
        "note_addendum",
        *record_columns(),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        sa.ForeignKeyConstraint(["agency_id", "note_id"], ["note.agency_id", "note.id"], name="fk_note_addendum_note"),
    )
    op.create_index("ix_note_addendum_note", "note_addendum", ["agency_id", "note_id", "id"])
    wall("note_addendum")
    op.create_table(
        "note_link",
        *record_columns(),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("link_hash", sa.String(64), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=False),
        sa.Column("signer", postgresql.JSONB(), nullable=False),
        sa.Column("signed_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        sa.ForeignKeyConstraint(["agency_id", "note_id"], ["note.agency_id", "note.id"], name="fk_note_link_note"),
    )
    op.create_index("uq_note_link_number", "note_link", ["agency_id", "client_id", "number"], unique=True)
    wall("note_link")
    op.create_table(
        "discharge",
        *record_columns(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("reason_code", sa.String(40), nullable=False),
        sa.Column("discharged_on", sa.Date(), nullable=False),
        sa.Column("last_service_on", sa.Date()),
        sa.Column("goals", postgresql.JSONB(), nullable=False),
        sa.Column("risk_level", sa.String(40), nullable=False),
        sa.Column("outcomes", postgresql.JSONB(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", AT),
        sa.Column("supervisor_id", sa.Uuid()),
        sa.Column("cosigned_at", AT),
        sa.Column("content_hash", sa.String(64)),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        one_of("status", "draft pending_cosign final"),
        one_of(
            "reason_code",
            "goals_met mutual client_left no_contact transfer level_of_care moved deceased administrative",
        ),
        one_of("risk_level", "none_identified low moderate high"),
    )
    op.create_index("ix_discharge_client", "discharge", ["agency_id", "client_id", "id"])
    op.create_index("uq_discharge_episode", "discharge", ["agency_id", "episode_id"], unique=True)
    wall("discharge")
    op.create_table(
        "agency",
        *record_columns(),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "id"),
    )
    wall("agency")
    op.create_table(
        "clinic",
        *record_columns(),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "id"),
    )
    wall("clinic")
    op.create_table(
        "program",
        *record_columns(),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("is_part2", sa.Boolean(), nullable=False),
        sa.Column("review_every_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "id"),
    )
    wall("program")
    op.create_table(
        "clinician",
        *record_columns(),
        sa.Column("npi", sa.String(10)),
        sa.Column("can_sign_independently", sa.Boolean(), nullable=False),
        sa.Column("needs_cosign", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "id"),
    )
    wall("clinician")
    op.create_table(
        "credential",
        *record_columns(),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "id"),
    )
    op.create_index("ix_credential_clinician", "credential", ["agency_id", "clinician_id"])
    wall("credential")
    op.create_table(
        "supervision",
        *record_columns(),
        sa.Column("supervisee_id", sa.Uuid(), nullable=False),
        sa.Column("supervisor_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="span"),
        sa.CheckConstraint("supervisee_id <> supervisor_id", name="other"),
    )
    op.create_index("ix_supervision_supervisee", "supervision", ["agency_id", "supervisee_id"])
    wall("supervision")


def downgrade() -> None:
    raise RuntimeError("restore from backup")
