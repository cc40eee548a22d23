"""Label needs, referrals and aftercare plans (DS4P); what is there gets what it would have got."""

from shared.migrations import add_labels

revision = "label_records"
down_revision = "break_glass"
branch_labels = None
depends_on = None

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
HAS_PART2 = """EXISTS (SELECT FROM part2_episode e WHERE e.agency_id = r.agency_id AND e.client_id = r.client_id
  AND {whose})"""


def upgrade() -> None:
    for table in ("need", "referral"):
        add_labels(table, labels("BH"), (HAS_PART2.format(whose="true"), part2("BH", "ETHUD", "SUD")))
    of_episode = HAS_PART2.format(whose="e.id = r.episode_id")
    add_labels("aftercare_plan", labels("BH", "PSY"), (of_episode, part2("BH", "ETHUD", "PSY", "SUD")))


def labels(*codes: str) -> list[str]:
    """Of version 2026-11 of the table of labels, in which all these classes are restricted."""
    return [f"{CONFIDENTIALITY}|R", *(f"{ACT_CODE}|{code}" for code in codes)]


def part2(*codes: str) -> list[str]:
    return labels(*codes, "NORDSCLCD", "42CFRPart2")


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
