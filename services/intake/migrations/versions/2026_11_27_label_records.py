"""Label clients and all that intake keeps about them (DS4P); what is there gets what it would have got."""

from shared.migrations import add_labels

revision = "label_records"
down_revision = "break_glass"
branch_labels = None
depends_on = None

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
DEMOGRAPHIC = ("restriction", "guardianship", "legal_hold", "key_destruction")
CLINICAL = ("consent", "disclosure")
HAS_PART2 = """EXISTS (SELECT FROM episode e WHERE e.agency_id = r.agency_id AND e.is_part2
  AND e.client_id = r.{client})"""
ASKS_FOR_PART2 = "EXISTS (SELECT FROM program p WHERE p.agency_id = r.agency_id AND p.id = r.program_id AND p.is_part2)"
OF_PART2 = f"""EXISTS (SELECT FROM inquiry i WHERE i.agency_id = r.agency_id AND i.id = r.inquiry_id
  AND i.security_labels @> ARRAY['{ACT_CODE}|42CFRPart2'])"""


def upgrade() -> None:
    of_client = HAS_PART2.format(client="client_id")
    demographics, clinical = labels("N"), labels("R", "BH", "PSY")
    part2, part2_clinical = marked("ETHUD", "SUD"), marked("BH", "ETHUD", "PSY", "SUD")
    add_labels("client", demographics, (HAS_PART2.format(client="id"), part2))
    for table in DEMOGRAPHIC:
        add_labels(table, demographics, (of_client, part2))
    for table in CLINICAL:
        add_labels(table, clinical, (of_client, part2_clinical))
    add_labels("episode", clinical, ("r.is_part2", part2_clinical))
    add_labels("inquiry", clinical, (ASKS_FOR_PART2, part2_clinical))
    add_labels("contact_attempt", clinical, (OF_PART2, part2_clinical))


def labels(confidentiality: str, *codes: str) -> list[str]:
    """Of version 2026-11 of the table of labels."""
    return [f"{CONFIDENTIALITY}|{confidentiality}", *(f"{ACT_CODE}|{code}" for code in codes)]


def marked(*codes: str) -> list[str]:
    return labels("R", *codes, "NORDSCLCD", "42CFRPart2")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
