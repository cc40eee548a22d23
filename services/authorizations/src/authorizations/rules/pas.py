"""Reads a payer's FHIR answer as plain data. Source: Da Vinci PAS 2.2.1, profiles of ClaimResponse, version 2026-11.

The status of an item stands in adjudication → reviewAction → reviewActionCode (system 005010/306), the number in
reviewAction → number, reasons in reviewAction → reasonCode. With A6 and A2 what was really authorised stands in
`addItem`, linked by `itemSequence`; the item keeps what was asked. `outcome` says nothing and is not read.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from authorizations.rules.decisions import Answer

ACTION_SYSTEM = "https://codesystem.x12.org/005010/306"
GUIDE = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/"
Json = Mapping[str, Any]


def read_answer(bundle: Json, *, sequence: int = 1) -> Answer | None:
    """The answer to the line `sequence`; None when the bundle holds no ClaimResponse for it."""
    response = claim_response(bundle)
    item = next((i for i in many(response, "item") if i.get("itemSequence") == sequence), None)
    added = next((a for a in many(response, "addItem") if sequence in (a.get("itemSequence") or ())), None)
    if item is None and added is None:
        return None
    review = review_of(item) or review_of(added) or {}
    period = valued(added, "itemPreAuthPeriod") or valued(item, "itemPreAuthPeriod") or {}
    return Answer(
        action=action_code(review),
        number=text(valued(review, "number")) or text(valued(review_of(added) or {}, "number")),
        units=units_of(added, item),
        valid_from=day(period.get("start")),
        valid_until=day(period.get("end")),
        reason_codes=reasons(review),
        reference=text(valued(item, "administrationReferenceNumber")),
        was_human_reviewed=human_review(response),
    )


def claim_response(bundle: Json) -> Json:
    """The first ClaimResponse of a bundle, of Parameters that hold bundles, or the resource itself."""
    return next(iter(walk(bundle)), {})


def walk(resource: Json) -> Iterator[Json]:
    if resource.get("resourceType") == "ClaimResponse":
        yield resource
    for part in (*many(resource, "entry"), *many(resource, "parameter")):
        yield from walk(part.get("resource") or {})


def review_of(item: Json | None) -> Json | None:
    found = (extension(a, "reviewAction") for a in many(item, "adjudication"))
    return next((f for f in found if f is not None), None)


def action_code(review: Json) -> str | None:
    concept = valued(review, "reviewActionCode") or valued(review, "code") or {}
    return next((text(c.get("code")) for c in many(concept, "coding") if c.get("system") == ACTION_SYSTEM), None)


def reasons(review: Json) -> tuple[str, ...]:
    concepts = [valued_of(e) for e in many(review, "extension") if named(e, "reasonCode")]
    return tuple(str(c["code"]) for concept in concepts for c in many(concept, "coding") if c.get("code"))


def units_of(added: Json | None, item: Json | None) -> int | None:
    """Units really authorised: of the added item, else of the authorised detail of the item."""
    detail = extension(item, "itemAuthorizedDetail") or {}
    quantity = (added or {}).get("quantity") or valued(detail, "quantity") or {}
    value = quantity.get("value") if isinstance(quantity, Mapping) else None
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)
    return int(value) if whole and value is not None else None


def human_review(response: Json) -> bool | None:
    flag = valued(extension(response, "claimResponseReviewer") or {}, "wasHumanReviewedFlag")
    return flag if isinstance(flag, bool) else None


def extension(element: Json | None, name: str) -> Json | None:
    return next((e for e in many(element, "extension") if named(e, name)), None)


def valued(element: Json | None, name: str) -> Any:
    """The value of the element's extension of that name."""
    found = extension(element, name)
    return None if found is None else valued_of(found)


def valued_of(found: Json) -> Any:
    return next((value for key, value in found.items() if key.startswith("value")), None)


def named(found: Json, name: str) -> bool:
    return str(found.get("url", "")) in (name, f"{GUIDE}extension-{name}")


def many(element: Json | None, name: str) -> Sequence[Json]:
    found = (element or {}).get(name)
    return (
        [part for part in found if isinstance(part, Mapping)]
        if isinstance(found, Sequence) and not isinstance(found, str)
        else []
    )


def text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None
