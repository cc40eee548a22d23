"""Which billing code the minutes of a service suggest. The clinician confirms; nothing is decided here.

Source: CPT psychotherapy time rules in force since 2013 and CMS's midpoint rule for 15-minute HCPCS codes (domain
specification 4.1), version 2026-11. Bare codes with labels of our own: the operator brings his CPT licence (see
NOTICE). Only minutes face to face or by video count, never documentation.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ServiceKind(StrEnum):
    INDIVIDUAL = "individual"
    FAMILY = "family"
    GROUP = "group"
    MULTI_FAMILY_GROUP = "multi_family_group"
    EVALUATION = "evaluation"
    EVALUATION_MEDICAL = "evaluation_medical"
    CRISIS = "crisis"
    CASE_MANAGEMENT = "case_management"
    COUNSELING = "counseling"
    PSYCHIATRIC = "psychiatric"
    COLLATERAL = "collateral"
    OTHER = "other"


class CodeScheme(StrEnum):
    """Which codes a payer wants where there is a choice."""

    CPT = "cpt"
    HCPCS = "hcpcs"


class Rounding(StrEnum):
    """How a payer counts 15-minute units: from the midpoint of a unit on (CMS), or full units only."""

    MIDPOINT = "midpoint"
    FULL = "full"


SAME_SERVICE: dict[str, ServiceKind] = {
    "couple": ServiceKind.FAMILY,
    "group_session": ServiceKind.GROUP,
    "intake": ServiceKind.EVALUATION,
}
NO_SERVICE: frozenset[str] = frozenset({"supervision", "meeting", "no_show", "consultation"})


@dataclass(frozen=True)
class TimeRow:
    """`to_minute` None: no upper end. `client_present` None: either way."""

    service: ServiceKind
    from_minute: int
    to_minute: int | None
    code: str
    client_present: bool | None = None
    since: date = date(2013, 1, 1)


@dataclass(frozen=True)
class QuarterRow:
    service: ServiceKind
    code: str
    scheme: CodeScheme | None = None


@dataclass(frozen=True)
class CodeLine:
    code: str
    label: str
    units: int


@dataclass(frozen=True)
class Suggestion:
    """`lines` is empty when no row fits; `reason` says why. `refused` names add-ons that may not be billed here."""

    lines: tuple[CodeLine, ...]
    reason: str | None = None
    refused: tuple[str, ...] = ()

    @property
    def code(self) -> str | None:
        return self.lines[0].code if self.lines else None


TIMES: tuple[TimeRow, ...] = (
    TimeRow(ServiceKind.INDIVIDUAL, 16, 37, "90832"),
    TimeRow(ServiceKind.INDIVIDUAL, 38, 52, "90834"),
    TimeRow(ServiceKind.INDIVIDUAL, 53, None, "90837"),
    TimeRow(ServiceKind.FAMILY, 26, None, "90846", client_present=False),
    TimeRow(ServiceKind.FAMILY, 26, None, "90847", client_present=True),
    TimeRow(ServiceKind.GROUP, 1, None, "90853"),
    TimeRow(ServiceKind.MULTI_FAMILY_GROUP, 1, None, "90849"),
    TimeRow(ServiceKind.EVALUATION, 1, None, "90791"),
    TimeRow(ServiceKind.EVALUATION_MEDICAL, 1, None, "90792"),
    TimeRow(ServiceKind.CRISIS, 16, 29, "90832"),
    TimeRow(ServiceKind.CRISIS, 30, None, "90839"),
)
QUARTERS: tuple[QuarterRow, ...] = (
    QuarterRow(ServiceKind.CASE_MANAGEMENT, "T1017"),
    QuarterRow(ServiceKind.COUNSELING, "H0004"),
    QuarterRow(ServiceKind.INDIVIDUAL, "H0004", CodeScheme.HCPCS),
    QuarterRow(ServiceKind.CRISIS, "H2011", CodeScheme.HCPCS),
)
CRISIS_FIRST, CRISIS_FURTHER, CRISIS_BLOCK_FROM, CRISIS_BLOCK = "90839", "90840", 75, 30
INTERACTIVE = "90785"
INTERACTIVE_WITH: frozenset[str] = frozenset({"90791", "90792", "90832", "90834", "90837", "90853"})
PSYCHOTHERAPY: frozenset[str] = frozenset(
    {"90832", "90834", "90837", "90846", "90847", "90849", "90853", "90791", "90792"}
)
LABELS: dict[str, str] = {
    "90832": "Individual therapy, about 30 min",
    "90834": "Individual therapy, about 45 min",
    "90837": "Individual therapy, about 60 min",
    "90846": "Family therapy, client absent",
    "90847": "Family therapy, client present",
    "90849": "Therapy with several families",
    "90853": "Group therapy",
    "90791": "Evaluation",
    "90792": "Evaluation with medical services",
    "90839": "Crisis therapy, first hour",
    "90840": "Crisis therapy, each further half hour",
    "90785": "Interactive complexity, beside another code",
    "H0004": "Counseling, each quarter of an hour",
    "H2011": "Crisis service, each quarter of an hour",
    "T1017": "Case management, each quarter of an hour",
}


def canonical(kind: str) -> ServiceKind | None:
    """The service behind an appointment's or a note's kind; None when it is no service to a payer."""
    if kind in NO_SERVICE:
        return None
    if kind in SAME_SERVICE:
        return SAME_SERVICE[kind]
    return ServiceKind(kind) if kind in set(ServiceKind) else ServiceKind.OTHER


def suggest(
    service: ServiceKind,
    minutes: int,
    on: date,
    *,
    client_present: bool = True,
    interactive: bool = False,
    scheme: CodeScheme = CodeScheme.CPT,
    rounding: Rounding = Rounding.MIDPOINT,
) -> Suggestion:
    """The code lines for a session. One timed individual code per session."""
    quarter = next((row for row in QUARTERS if row.service == service and row.scheme in (None, scheme)), None)
    if quarter is not None:
        return quarters(quarter, minutes, rounding)
    rows = [
        row
        for row in TIMES
        if row.service == service and row.since <= on and row.client_present in (None, client_present)
    ]
    found = next(
        (row for row in rows if row.from_minute <= minutes and (row.to_minute is None or minutes <= row.to_minute)),
        None,
    )
    if found is None:
        return Suggestion((), "too_short" if rows else "no_rule_for_service")
    return complete(found.code, minutes, interactive)


def complete(code: str, minutes: int, interactive: bool) -> Suggestion:
    """The code with its further blocks and its add-on."""
    blocks = further_blocks(minutes) if code == CRISIS_FIRST else 0
    lines = [line(code, 1)] + ([line(CRISIS_FURTHER, blocks)] if blocks else [])
    if interactive and code in INTERACTIVE_WITH:
        lines.append(line(INTERACTIVE, 1))
    refused = (INTERACTIVE,) if interactive and code not in INTERACTIVE_WITH else ()
    return Suggestion(tuple(lines), refused=refused)


def further_blocks(minutes: int) -> int:
    """Half hours of crisis therapy beyond the first 74 minutes: 75-104 is one, 105-134 two."""
    return 0 if minutes < CRISIS_BLOCK_FROM else (minutes - CRISIS_BLOCK_FROM) // CRISIS_BLOCK + 1


def quarters(row: QuarterRow, minutes: int, rounding: Rounding) -> Suggestion:
    units = quarter_hours(minutes, rounding)
    return Suggestion((line(row.code, units),)) if units else Suggestion((), "too_short")


def quarter_hours(minutes: int, rounding: Rounding = Rounding.MIDPOINT) -> int:
    """15-minute units: 8-22 minutes are one by the midpoint, 15-29 one when only full units count."""
    return (minutes + 7) // 15 if rounding is Rounding.MIDPOINT else minutes // 15


def line(code: str, units: int) -> CodeLine:
    return CodeLine(code, LABELS[code], units)


def collides(code: str, others: Iterable[str]) -> bool:
    """Crisis codes never stand beside another psychotherapy code of the same client and day."""
    there = set(others)
    if code in (CRISIS_FIRST, CRISIS_FURTHER):
        return bool(there & PSYCHOTHERAPY)
    return code in PSYCHOTHERAPY and CRISIS_FIRST in there
