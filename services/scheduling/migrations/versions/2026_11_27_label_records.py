"""Label appointments and series (DS4P). Of an episode opened before, nobody here knows whether it is of Part 2."""

import sqlalchemy as sa
from alembic import op
from shared.migrations import add_labels

revision = "label_records"
down_revision = "break_glass"
branch_labels = None
depends_on = None

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
# Of version 2026-11 of the table of labels.
SCHEDULE = [f"{CONFIDENTIALITY}|R", f"{ACT_CODE}|BH"]
UNKNOWN = [f"{CONFIDENTIALITY}|V", f"{ACT_CODE}|NODSCLCD"]
HAS_EPISODE = """EXISTS (SELECT FROM episode e WHERE e.agency_id = r.agency_id AND e.client_id = r.client_id
  AND (r.episode_id IS NULL OR e.id = r.episode_id))"""


def upgrade() -> None:
    op.add_column("episode", sa.Column("is_part2", sa.Boolean()))
    op.create_index("ix_episode_agency_id_client_id", "episode", ["agency_id", "client_id"])
    for table in ("appointment_series", "appointment"):
        add_labels(table, SCHEDULE, (HAS_EPISODE, UNKNOWN))


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
