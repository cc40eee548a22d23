"""A payer's answer on its way from the port to the use case: plain JSON values and back. Version 2026-11."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from authorizations.rules.decisions import Answer


def facts_of(answer: Answer) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(answer).items()}


def answer_of(facts: Mapping[str, Any]) -> Answer:
    known = {name: value for name, value in facts.items() if name in Answer.__dataclass_fields__}
    days = {name: date.fromisoformat(known[name]) for name in ("valid_from", "valid_until") if known.get(name)}
    return Answer(**{"action": None, **known, **days, "reason_codes": tuple(known.get("reason_codes") or ())})
