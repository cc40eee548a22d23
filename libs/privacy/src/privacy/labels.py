"""Security labels (DS4P): what a record of a class carries in `meta.security`.

Sources: HL7 v3-Confidentiality, v3-ActCode, FHIR DS4P extension-sec-label-basis. Version 2026-11.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from privacy.classes import DataClass

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
ORDER = ("N", "R", "V")
PART2_POLICY = "42CFRPart2"


@dataclass(frozen=True)
class Label:
    """`policy` goes into the extension on the confidentiality label; `refrain` never onto a Bundle's mark."""

    confidentiality: str
    sensitivity: frozenset[str] = frozenset()
    policy: str | None = None
    refrain: frozenset[str] = frozenset()


LABELS: dict[DataClass, Label] = {
    DataClass.CONTACT: Label("N"),
    DataClass.DEMOGRAPHICS: Label("N"),
    DataClass.SCHEDULE: Label("R", frozenset({"BH"})),
    DataClass.BILLING: Label("R", frozenset({"BH"})),
    DataClass.NEEDS: Label("R", frozenset({"BH"})),
    DataClass.MEASURES: Label("R", frozenset({"PSY", "BH"})),
    DataClass.DIAGNOSIS: Label("R", frozenset({"PSY", "BH"})),
    DataClass.PLAN: Label("R", frozenset({"PSY", "BH"})),
    DataClass.RISK: Label("R", frozenset({"PSY", "BH"})),
    DataClass.CLINICAL: Label("R", frozenset({"PSY", "BH"})),
    DataClass.PART2_RECORD: Label("R", frozenset({"SUD", "ETHUD"}), PART2_POLICY, frozenset({"NORDSCLCD"})),
    DataClass.SUD_COUNSELING_NOTE: Label("V", frozenset({"SUD"}), PART2_POLICY, frozenset({"NODSCLCD", "NORDSCLCD"})),
    DataClass.MANDATED_REPORT: Label("V", frozenset({"BH"}), None, frozenset({"NODSCLCD"})),
    DataClass.PSYCHOTHERAPY_NOTE: Label("V", frozenset({"PSYTHPN"}), None, frozenset({"NODSCLCD"})),
}
UNKNOWN = Label("V", frozenset(), None, frozenset({"NODSCLCD"}))


def label_of(data_class: str, *, is_part2: bool = False) -> Label:
    """The label at write: by class, and by the program when it is a Part 2 unit. Unknown is very restricted."""
    if data_class not in frozenset(DataClass):
        return UNKNOWN
    label = LABELS[DataClass(data_class)]
    return with_part2(label) if is_part2 else label


def label_at_write(data_class: str, part2: Iterable[bool | None]) -> Label:
    """The label of a row that may belong to episodes with these marks, of which the strictest counts.

    True: the program is a Part 2 unit; None: nobody knows, so very restricted; no mark at all: the class alone.
    """
    marks = frozenset(part2)
    label = UNKNOWN if None in marks else label_of(data_class)
    return with_part2(label) if True in marks else label


def with_part2(label: Label) -> Label:
    part2 = LABELS[DataClass.PART2_RECORD]
    return Label(
        highest(label.confidentiality, part2.confidentiality),
        label.sensitivity | part2.sensitivity,
        PART2_POLICY,
        label.refrain | part2.refrain,
    )


def codings(label: Label) -> list[str]:
    """As they go over the wire: `code system|code`, the confidentiality first."""
    others = sorted(label.sensitivity) + sorted(label.refrain)
    policy = [f"{ACT_CODE}|{label.policy}"] if label.policy else []
    return [f"{CONFIDENTIALITY}|{label.confidentiality}", *(f"{ACT_CODE}|{code}" for code in others), *policy]


def highest(*codes: str) -> str:
    return max(codes, key=ORDER.index)


def high_water_mark(labels: Iterable[Label]) -> Label:
    """The label of a bundle: the highest confidentiality alone; tags that would reveal why stay on the entries."""
    return Label(highest("N", *(label.confidentiality for label in labels)))
