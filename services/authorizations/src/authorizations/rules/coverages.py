"""Which coverage pays on a day. Source: domain specification 6.1 (order, effective dates), version 2026-11."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from authorizations.rules.payers import ORDER, CoverageOrder


class Dated(Protocol):
    order: CoverageOrder
    valid_from: date
    valid_until: date | None


AnyCoverage = TypeVar("AnyCoverage", bound=Dated)


def in_force(coverage: Dated, on: date) -> bool:
    return coverage.valid_from <= on and (coverage.valid_until is None or on <= coverage.valid_until)


def paying(coverages: Iterable[AnyCoverage], on: date) -> AnyCoverage | None:
    """The first in order that is in force; else the first in order at all, so that its dates are what is refused."""
    ordered = sorted(coverages, key=lambda c: (not in_force(c, on), ORDER.index(c.order), -c.valid_from.toordinal()))
    return ordered[0] if ordered else None
