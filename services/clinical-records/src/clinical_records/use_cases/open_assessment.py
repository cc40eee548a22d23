from typing import Any

from shared.db import Transaction

from clinical_records.models import Assessment
from clinical_records.rules.assessments import Domain, DomainEntry, NotAssessed, missing_domains
from clinical_records.schemas.assessments import AssessmentOut
from clinical_records.use_cases.open_content import open_content


async def open_assessment(tx: Transaction, row: Assessment) -> AssessmentOut:
    """An assessment with its domains in plain words, and which of them are still open."""
    domains = await open_content(tx, row)
    return AssessmentOut.model_validate({**row.model_dump(), "domains": domains, "missing": still_missing(domains)})


def still_missing(domains: dict[str, Any]) -> tuple[Domain, ...]:
    return missing_domains({Domain(name): entry_of(entry) for name, entry in domains.items()})


def entry_of(entry: dict[str, Any]) -> DomainEntry:
    reason = entry.get("not_assessed")
    return DomainEntry(bool(entry.get("narrative")), NotAssessed(reason) if reason else None)
