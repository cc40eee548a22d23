"""Label what tells of a client's payers and charges (DS4P); what is there gets what it would have got."""

from shared.migrations import add_labels

revision = "label_records"
down_revision = "break_glass"
branch_labels = None
depends_on = None

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
# Of version 2026-11 of the table of labels.
BILLING = [f"{CONFIDENTIALITY}|R", f"{ACT_CODE}|BH"]
PART2 = [
    f"{CONFIDENTIALITY}|R",
    *(f"{ACT_CODE}|{code}" for code in ("BH", "ETHUD", "SUD", "NORDSCLCD", "42CFRPart2")),
]
OF_CLIENT = ("coverage", "eligibility_check", "authorization_request", "authorization")
HAS_PART2 = """EXISTS (SELECT FROM episode e WHERE e.agency_id = r.agency_id AND e.client_id = r.client_id
  AND e.is_part2 AND {whose})"""
OF_APPOINTMENT = """e.id = (SELECT coalesce(a.episode_id, e.id) FROM appointment a
  WHERE a.agency_id = r.agency_id AND a.id = r.appointment_id)"""


def upgrade() -> None:
    for table in OF_CLIENT:
        add_labels(table, BILLING, (HAS_PART2.format(whose="true"), PART2))
    add_labels("charge", BILLING, (HAS_PART2.format(whose="e.id = r.episode_id"), PART2))
    add_labels("unit_entry", BILLING, (HAS_PART2.format(whose=OF_APPOINTMENT), PART2))


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
