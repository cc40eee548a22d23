"""Label what is added to a record (DS4P): what is there gets the mark of what it was added to."""

from shared.migrations import add_labels

revision = "label_additions"
down_revision = "label_records"
branch_labels = None
depends_on = None

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
# Of version 2026-11 of the table of labels, in which all these classes have the same.
PLAIN = [f"{CONFIDENTIALITY}|R", f"{ACT_CODE}|BH", f"{ACT_CODE}|PSY"]
PART2 = [
    f"{CONFIDENTIALITY}|R",
    *(f"{ACT_CODE}|{code}" for code in ("BH", "ETHUD", "PSY", "SUD", "NORDSCLCD", "42CFRPart2")),
]
ADDED_TO = {"note_addendum": "note", "plan_edition": "plan", "diagnosis_change": "diagnosis"}
OF_PART2 = f"""EXISTS (SELECT FROM {{parent}} p WHERE p.agency_id = r.agency_id AND p.id = r.{{parent}}_id
  AND p.security_labels @> ARRAY['{ACT_CODE}|42CFRPart2'])"""
OF_EPISODE = "EXISTS (SELECT FROM episode e WHERE e.agency_id = r.agency_id AND e.id = r.episode_id AND e.is_part2)"


def upgrade() -> None:
    for table, parent in ADDED_TO.items():
        add_labels(table, PLAIN, (OF_PART2.format(parent=parent), PART2))
    add_labels("care_team_member", PLAIN, (OF_EPISODE, PART2))


def downgrade() -> None:
    raise RuntimeError("Restore from the backup.")
