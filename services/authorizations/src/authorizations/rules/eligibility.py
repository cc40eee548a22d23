"""What an eligibility answer says, and whether a service needs an authorization.

Source: X12 271 loop 2110 (EB01 benefit, EB03 service type, EB06 period, EB09 quantity kind, EB11 authorization
required, EB12 in network) as listed in domain specification 6.1, version 2026-11. U or an error never means "not
required".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from authorizations.rules.payers import PayerType
from authorizations.rules.service_codes import ServiceKind


class EligibilityStatus(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"
    ERROR = "error"


class Needed(StrEnum):
    """Does the payer want an authorization? UNKNOWN is treated as REQUIRED wherever money is at stake."""

    REQUIRED = "required"
    NOT_REQUIRED = "not_required"
    UNKNOWN = "unknown"


ANSWERED: frozenset[EligibilityStatus] = frozenset(EligibilityStatus) - {EligibilityStatus.PENDING}
NEXT: dict[EligibilityStatus, frozenset[EligibilityStatus]] = {
    EligibilityStatus.PENDING: ANSWERED,
    **{status: frozenset() for status in ANSWERED},
}
STATUS_OF_EB01: dict[str, EligibilityStatus] = {"1": EligibilityStatus.ACTIVE, "6": EligibilityStatus.INACTIVE}
SERVICE_TYPES: frozenset[str] = frozenset({"30", "MH", "A4", "A6", "A7", "A8", "AI", "98"})
FLAGS: dict[str, Needed] = {"Y": Needed.REQUIRED, "N": Needed.NOT_REQUIRED}
# The narrowest service type that the payer answered for decides.
NARROWEST: dict[ServiceKind, tuple[str, ...]] = {
    ServiceKind.PSYCHIATRIC: ("A4", "A8", "MH", "30"),
    ServiceKind.EVALUATION_MEDICAL: ("A4", "A8", "MH", "30"),
}
USUAL: tuple[str, ...] = ("A6", "MH", "30")


@dataclass(frozen=True)
class Benefits:
    status: EligibilityStatus
    auth_required: dict[str, str] = field(default_factory=dict)
    in_network: bool | None = None
    copay: Decimal | None = None
    deductible_remaining: Decimal | None = None
    visits_remaining: int | None = None
    error_codes: tuple[str, ...] = ()


def read_benefits(answer: Mapping[str, Any], asked: Iterable[str]) -> Benefits:
    """Benefits from the EB segments of an answer. What was asked and not answered is U."""
    errors = tuple(str(code) for code in answer.get("aaa") or ())
    if errors:
        return Benefits(EligibilityStatus.ERROR, dict.fromkeys(asked, "U"), error_codes=errors)
    segments = [eb for eb in answer.get("eb") or () if isinstance(eb, Mapping)]
    statuses = [STATUS_OF_EB01[eb["eb01"]] for eb in segments if eb.get("eb01") in STATUS_OF_EB01]
    flags = {code: flag_of(code, segments) for code in asked}
    return Benefits(
        status=statuses[0] if statuses else EligibilityStatus.UNKNOWN,
        auth_required=flags,
        in_network=network_of(segments),
        copay=money_of(segments, "B"),
        deductible_remaining=money_of(segments, "C"),
        visits_remaining=visits_of(segments),
    )


def flag_of(code: str, segments: Iterable[Mapping[str, Any]]) -> str:
    """Y when any segment says so; N only when one says N and none says otherwise."""
    said = {str(eb["eb11"]) for eb in segments if eb.get("eb03") == code and eb.get("eb11")}
    if "Y" in said:
        return "Y"
    return "N" if said == {"N"} else "U"


def complete_flags(asked: Iterable[str], said: Mapping[str, str]) -> dict[str, str]:
    """What a person entered, with U for all that was asked and is neither Y nor N."""
    return {code: said[code] if said.get(code) in FLAGS else "U" for code in (*asked, *said)}


def network_of(segments: Iterable[Mapping[str, Any]]) -> bool | None:
    said = {eb.get("eb12") for eb in segments} & {"Y", "N"}
    return None if len(said) != 1 else said == {"Y"}


def money_of(segments: Iterable[Mapping[str, Any]], benefit: str) -> Decimal | None:
    found = next((eb["eb07"] for eb in segments if eb.get("eb01") == benefit and eb.get("eb07") is not None), None)
    try:
        return None if found is None else Decimal(str(found)).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None


def visits_of(segments: Iterable[Mapping[str, Any]]) -> int | None:
    found = next((eb.get("eb10") for eb in segments if eb.get("eb09") == "VS" and eb.get("eb06") == "29"), None)
    return int(str(found)) if str(found).isdigit() else None


def needed(
    payer_type: PayerType, status: EligibilityStatus | None, flags: Mapping[str, str], service: ServiceKind
) -> Needed:
    """Whether this service needs an authorization. Only a clear N of an active coverage says that it does not."""
    if payer_type is PayerType.SELF_PAY:
        return Needed.NOT_REQUIRED
    if status is not EligibilityStatus.ACTIVE:
        return Needed.UNKNOWN
    flag = next((flags[code] for code in NARROWEST.get(service, USUAL) if code in flags), "U")
    return FLAGS.get(flag, Needed.UNKNOWN)
