"""Break the glass: grants, their reviews, and which of a client's episodes are outside of Part 2.

An installation that holds episodes already rebuilds the projection: `SERVICE=gateway python -m shared.run rebuild
known_episode`. Until then a grant opens records of no episode and none of an episode's.
"""

import sqlalchemy as sa
from alembic import op
from shared.migrations import build_glass, record_columns, wall

revision = "break_glass"
down_revision = "own_one_record"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
# For the gauges of the whole installation: counts and an age, nobody's rows.
WAITING = """CREATE FUNCTION waiting_reviews(at timestamptz) RETURNS TABLE (waiting bigint, overdue bigint, oldest float)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM set_config('app.migrating', 'on', true);
  RETURN QUERY SELECT count(*), count(*) FILTER (WHERE g.review_due_at < at),
    coalesce(extract(epoch FROM at - min(g.opened_at)), 0)::float
    FROM break_glass_grant g WHERE g.status IN ('active', 'ended');
  PERFORM set_config('app.migrating', '', true);
END $$"""


def upgrade() -> None:
    build_glass("gateway")
    op.create_table(
        "known_episode",
        *record_columns(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("is_part2", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "id"),
    )
    op.create_index("ix_known_episode_client", "known_episode", ["agency_id", "client_id"])
    wall("known_episode")
    op.create_table(
        "break_glass_grant",
        *record_columns(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("supervisor_id", sa.Uuid()),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("explanation_key_id", sa.Uuid(), nullable=False),
        sa.Column("explanation_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("is_medical_emergency", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("opened_at", WHEN, nullable=False),
        sa.Column("until", WHEN, nullable=False),
        sa.Column("ended_at", WHEN),
        sa.Column("end_reason", sa.String(40)),
        sa.Column("review_due_at", WHEN, nullable=False),
        sa.Column("review_task_id", sa.Uuid(), nullable=False),
        sa.Column("notice_task_id", sa.Uuid(), nullable=False),
        sa.Column("overdue_task_id", sa.Uuid()),
        sa.Column("reviewed_by", sa.Uuid()),
        sa.Column("reviewed_at", WHEN),
        sa.Column("finding_key_id", sa.Uuid()),
        sa.Column("finding_sealed", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("agency_id", "id"),
        sa.CheckConstraint(
            "status IN ('active', 'ended', 'reviewed_justified', 'reviewed_unjustified')", name="status"
        ),
        sa.CheckConstraint("opened_at < until AND until <= opened_at + interval '8 hours'", name="hours"),
        sa.CheckConstraint("(status = 'active') = (ended_at IS NULL)", name="ended"),
        sa.CheckConstraint(
            "(status LIKE 'reviewed%') = (reviewed_by IS NOT NULL AND finding_sealed IS NOT NULL)", name="reviewed"
        ),
        sa.CheckConstraint("reviewed_by <> staff_id", name="not_by_oneself"),
    )
    op.create_index("ix_break_glass_grant_client", "break_glass_grant", ["agency_id", "client_id", "id"])
    op.create_index(
        "uq_break_glass_grant_active",
        "break_glass_grant",
        ["agency_id", "staff_id", "client_id"],
        unique=True,
        postgresql_where=sa.text("status = 'active'"),
    )
    wall("break_glass_grant")
    op.execute(WAITING)
    op.execute("REVOKE ALL ON FUNCTION waiting_reviews FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION waiting_reviews TO gateway_app")
    op.add_column("audit_report_entry", sa.Column("grant_id", sa.Uuid()))


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
