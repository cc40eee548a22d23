"""Label every record of the chart (DS4P); what is there already gets what it would have got."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "label_records"
down_revision = "break_glass"
branch_labels = None
depends_on = None

OF_EPISODE = ("measure_administration", "assessment", "diagnosis", "plan", "note", "discharge")
OF_CLIENT = ("risk_assessment",)
# Of version 2026-11 of the table of labels, in which all these classes have the same.
PLAIN = [
    "http://terminology.hl7.org/CodeSystem/v3-Confidentiality|R",
    "http://terminology.hl7.org/CodeSystem/v3-ActCode|BH",
    "http://terminology.hl7.org/CodeSystem/v3-ActCode|PSY",
]
PART2 = [
    "http://terminology.hl7.org/CodeSystem/v3-Confidentiality|R",
    "http://terminology.hl7.org/CodeSystem/v3-ActCode|BH",
    "http://terminology.hl7.org/CodeSystem/v3-ActCode|ETHUD",
    "http://terminology.hl7.org/CodeSystem/v3-ActCode|PSY",
    "http://terminology.hl7.org/CodeSystem/v3-ActCode|SUD",
    "http://terminology.hl7.org/CodeSystem/v3-ActCode|NORDSCLCD",
    "http://terminology.hl7.org/CodeSystem/v3-ActCode|42CFRPart2",
]
FILL = """UPDATE {table} r SET security_labels = CASE WHEN EXISTS (SELECT FROM episode e WHERE e.agency_id = r.agency_id
  AND e.client_id = r.client_id AND e.is_part2 AND {whose}) THEN CAST(:part2 AS text[]) ELSE CAST(:plain AS text[]) END"""


def upgrade() -> None:
    for table in (*OF_EPISODE, *OF_CLIENT):
        op.add_column(table, sa.Column("security_labels", ARRAY(sa.Text()), nullable=False, server_default="{}"))
        whose = "(r.episode_id IS NULL OR e.id = r.episode_id)" if table in OF_EPISODE else "true"
        fill = sa.text(FILL.format(table=table, whose=whose))
        op.execute(
            fill.bindparams(
                sa.bindparam("plain", PLAIN, ARRAY(sa.Text())), sa.bindparam("part2", PART2, ARRAY(sa.Text()))
            )
        )
        op.alter_column(table, "security_labels", server_default=None)
        op.create_check_constraint("labelled", table, "cardinality(security_labels) > 0")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
