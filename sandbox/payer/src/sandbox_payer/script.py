"""Which answer a member id asks for: the longest prefix that fits. Codes: X12 element 306 and segment EB."""

from dataclasses import dataclass
from typing import Any

MODIFIED_TO = 3


@dataclass(frozen=True)
class Scripted:
    """`later` is what $inquire finds; `refuses` and `fails_first` are HTTP statuses."""

    action: str = "A1"
    reasons: tuple[str, ...] = ()
    later: str | None = None
    refuses: int | None = None
    fails_first: int | None = None
    benefit: str | None = "1"
    required: str = "Y"
    errors: tuple[str, ...] = ()


USUAL = Scripted()
SCRIPT: dict[str, Scripted] = {
    "A1": USUAL,
    "A2": Scripted("A2"),
    "A3": Scripted("A3", reasons=("NMN",)),
    "A3N": Scripted("A3"),
    "A4": Scripted("A4"),
    "A4A": Scripted("A4", later="A1"),
    "A6": Scripted("A6"),
    "CT": Scripted("CT"),
    "NA": Scripted("NA", required="N"),
    "ZZ": Scripted("ZZ"),
    "R4": Scripted(refuses=422),
    "S5": Scripted(fails_first=503),
    "IN": Scripted(benefit="6", required="U"),
    "UN": Scripted(benefit=None, required="U"),
    "ER": Scripted(errors=("72",)),
}


def scripted(member_id: str) -> Scripted:
    fitting = [prefix for prefix in SCRIPT if member_id.upper().startswith(prefix)]
    return SCRIPT[max(fitting, key=len)] if fitting else USUAL


def granted(action: str, asked: int) -> int | None:
    """Units really authorised where they differ from what was asked."""
    return {"A6": min(MODIFIED_TO, asked), "A2": max(1, asked // 2)}.get(action)


def benefits(script: Scripted, service_types: list[str]) -> dict[str, Any]:
    """The EB and AAA segments of a 271, as plain fields."""
    if script.errors:
        return {"eb": [], "aaa": list(script.errors)}
    status = [{"eb01": script.benefit, "eb03": "30", "eb12": "Y"}] if script.benefit else []
    flags = [{"eb01": "CB", "eb03": code, "eb11": script.required} for code in service_types]
    money = [{"eb01": "B", "eb03": "MH", "eb07": "20.00"}, {"eb01": "C", "eb03": "30", "eb06": "29", "eb07": "350.00"}]
    return {"eb": [*status, *flags, *(money if script.benefit == "1" else [])], "aaa": []}
