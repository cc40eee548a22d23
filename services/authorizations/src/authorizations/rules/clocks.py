"""How long a payer may take, and how long we may appeal.

Source: CMS-0057-F (decisions from 1 January 2026 on: expedited 72 hours, standard 7 calendar days, with an extension
14 in total; drugs excluded) for Medicare Advantage, Medicaid and CHIP, fee for service and managed; it does not set
these clocks for plans on the federal exchange, self-funded employers' plans or Medicare fee for service. Employers'
plans: 15 days and 72 hours and the appeal windows stand as usual figures that a payer's own contract overrides
(domain specification 6.3, version 2026-11).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from authorizations.rules.payers import PayerType


class Priority(StrEnum):
    STANDARD = "standard"
    EXPEDITED = "expedited"


@dataclass(frozen=True)
class ClockRow:
    payer_types: frozenset[PayerType]
    priority: Priority
    allowed: timedelta
    with_extension: timedelta
    basis: str
    is_binding: bool
    since: date


@dataclass(frozen=True)
class PayerClock:
    """`due_at` None: no clock runs for this payer until its contract names one."""

    due_at: datetime | None
    basis: str
    is_binding: bool


BOUND = frozenset({PayerType.MEDICAID_FFS, PayerType.MEDICAID_MCO, PayerType.CHIP, PayerType.MEDICARE_ADVANTAGE})
EMPLOYER = frozenset({PayerType.SELF_FUNDED_ERISA, PayerType.COMMERCIAL_INSURED})
FINAL_RULE, EARLIEST = date(2026, 1, 1), date(1975, 1, 1)
HOURS, DAYS = timedelta(hours=1), timedelta(days=1)

CLOCKS: tuple[ClockRow, ...] = (
    ClockRow(BOUND, Priority.EXPEDITED, 72 * HOURS, 14 * DAYS, "cms-0057-f", True, FINAL_RULE),
    ClockRow(BOUND, Priority.STANDARD, 7 * DAYS, 14 * DAYS, "cms-0057-f", True, FINAL_RULE),
    ClockRow(EMPLOYER, Priority.EXPEDITED, 72 * HOURS, 72 * HOURS, "usual", False, EARLIEST),
    ClockRow(EMPLOYER, Priority.STANDARD, 15 * DAYS, 30 * DAYS, "usual", False, EARLIEST),
)
APPEAL_DAYS: dict[PayerType, int] = {
    PayerType.COMMERCIAL_INSURED: 180,
    PayerType.SELF_FUNDED_ERISA: 180,
    PayerType.FFE_QHP: 180,
    PayerType.MEDICAID_MCO: 60,
    PayerType.MEDICARE_ADVANTAGE: 65,
}


def payer_clock(
    payer_type: PayerType,
    priority: Priority,
    received_at: datetime,
    *,
    is_extended: bool = False,
    contract_hours: int | None = None,
) -> PayerClock:
    """When the payer's answer is due. A law that binds stands above the contract's hours unless these are shorter."""
    row = next(
        (r for r in CLOCKS if payer_type in r.payer_types and r.priority == priority and r.since <= received_at.date()),
        None,
    )
    legal = None if row is None else received_at + (row.with_extension if is_extended else row.allowed)
    agreed = None if contract_hours is None else received_at + contract_hours * HOURS
    if agreed is not None and (row is None or legal is None or not row.is_binding or agreed < legal):
        return PayerClock(agreed, "contract", False)
    return PayerClock(legal, row.basis, row.is_binding) if row else PayerClock(None, "none", False)


def appeal_by(payer_type: PayerType, denied_on: date, *, contract_days: int | None = None) -> date | None:
    """The last day of a first appeal; None where only the denial letter can tell."""
    days = contract_days if contract_days is not None else APPEAL_DAYS.get(payer_type)
    return None if days is None else denied_on + days * DAYS
