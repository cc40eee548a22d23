"""A client's own documents: done, in plain words, nobody else's, and nothing that is kept apart."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from clinical_records.rules.documents import CLASSES, SHOWN, DocumentKind, class_of
from privacy import DataClass, Disclosure, decide
from privacy.classes import PROTECTED_APART

INSIDE = {
    "author_id",
    "supervisor_id",
    "due_at",
    "is_late",
    "void_reason",
    "return_reason",
    "service_code",
    "content_hash",
}


@pytest.fixture
def told_of(app: Any) -> list[Any]:
    """The disclosure rules themselves, where no consent was given; what was asked."""
    asked: list[Any] = []

    async def decide_here(by: Any, questions: Any) -> Any:
        asked.extend(questions)
        verdicts = [decide(question(one)) for one in questions]
        items = [{**asdict(v), "consent_id": None, "obligations": list(v.obligations)} for v in verdicts]
        return {"items": items, "valid_for_ms": 1000}

    app.state.exits.ask = decide_here
    return asked


def question(asked: Any) -> Disclosure:
    return Disclosure(asked["data_class"], asked["purpose"], asked["recipient_kind"], datetime.now(UTC))


@pytest.fixture
def own(care: Any, told_of: Any) -> Any:
    """A reading by an account of the client's own, or of another client, or of a guardian."""

    async def get(path: str, *, client: Any = None, role: str = "client_portal") -> Any:
        headers = care.bearer(
            "own-records:read", sub=uuid4(), reach="own", roles=(role,), clients=[str(client or care.client_id)]
        )
        return await care.http.get(f"/v1/me/documents{path}", headers=headers)

    return get


async def finished(care: Any) -> dict[str, Any]:
    note = await care.written()
    final: dict[str, Any] = await care.made(f"/v1/notes/{note['id']}/signature")
    return final


async def test_what_is_done_is_shown_and_a_draft_is_not(care: Any, own: Any, superuser: Any, agency: Any) -> None:
    listed = f"?client_id={care.client_id}"
    note = await care.written()
    assert {one["kind"] for one in (await own(listed)).json()["items"]} == {"plan"}
    assert (await own(f"/{note['id']}")).status_code == 404
    await care.made(f"/v1/notes/{note['id']}/signature")
    assert {one["kind"] for one in (await own(listed)).json()["items"]} == {"note", "plan"}
    shown = (await own(f"/{note['id']}")).json()
    assert (shown["kind"], shown["content"]["content"]["plan"]) == ("note", "Sample plan text.")
    assert not INSIDE & set(shown["content"])
    found = await superuser.fetch(
        "SELECT DISTINCT action, purpose FROM audit WHERE agency_id = $1 AND action LIKE 'document.%'", agency
    )
    assert {tuple(row) for row in found} == {("document.list", "PATRQT"), ("document.read", "PATRQT")}


async def test_every_kind_that_is_done_opens(care: Any, own: Any) -> None:
    await finished(care)
    items = (await own(f"?client_id={care.client_id}")).json()["items"]
    opened = [(await own(f"/{one['id']}")).json() for one in items]
    assert {one["kind"] for one in opened} == {"note", "plan"}
    assert all(set(one["content"]) == SHOWN[one["kind"]] for one in opened)
    assert {one["client_id"] for one in opened} == {str(care.client_id)}


async def test_nobody_elses(care: Any, own: Any) -> None:
    note, stranger = await finished(care), uuid4()
    unknown = (await own(f"/{uuid4()}", client=stranger)).json()
    found = await own(f"/{note['id']}", client=stranger)
    assert (found.status_code, found.json() | {"instance": ""}) == (404, unknown | {"instance": ""})
    assert (await own(f"?client_id={care.client_id}", client=stranger)).status_code == 404
    assert (await own(f"?client_id={stranger}", client=stranger)).json()["items"] == []


async def test_a_guardian_whom_the_decision_refuses_finds_nothing(care: Any, own: Any) -> None:
    note = await finished(care)
    listed = await own(f"?client_id={care.client_id}", role="guardian")
    assert listed.json() == {"items": [], "next_cursor": None}
    assert (await own(f"/{note['id']}", role="guardian")).status_code == 404


async def test_the_decision_is_asked_as_client_by_the_class_of_each(care: Any, own: Any, told_of: list[Any]) -> None:
    await finished(care)
    await own(f"?client_id={care.client_id}")
    assert {one["data_class"] for one in told_of} == {"clinical", "plan"}
    assert {(one["recipient_kind"], one["purpose"]) for one in told_of} == {("client", "PATRQT")}


def test_no_own_document_is_of_a_class_that_is_kept_apart() -> None:
    assert set(CLASSES) == set(SHOWN) == set(DocumentKind)
    assert not set(CLASSES.values()) & (PROTECTED_APART | {DataClass.MANDATED_REPORT})


@pytest.mark.parametrize("kind", ["psychotherapy_note", "sud_counseling_note", "mandated_report", "horoscope"])
def test_a_kind_that_nobody_listed_is_denied(kind: str) -> None:
    assert not decide(Disclosure(class_of(kind), "PATRQT", "client", datetime.now(UTC))).is_permitted
