"""Security labels: computed at write, kept with the row, told to staff and to partners."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from privacy import DataClass, codings, label_of
from shared.contracts.intake import ConsentGranted
from shared.db import real_now, uuid7

PART2 = "http://terminology.hl7.org/CodeSystem/v3-ActCode|42CFRPart2"


@pytest.fixture(params=[False, True], ids=["plain", "part2"])
def is_part2(request: Any) -> bool:
    """Whether the client's care is of Part 2."""
    return bool(request.param)


@pytest.fixture
async def made(course: Any, is_part2: bool) -> dict[str, str]:
    """One row of each kind, by its path."""
    await course.begin(part2=is_part2)
    await course.receive(ConsentGranted(
        consent_id=uuid7(), client_id=course.client, type="part2_tpo", discloser="agency",
        effective_from=real_now() - timedelta(days=1),
    ))  # fmt: skip
    coverage = await course.cover()
    asked = {"coverage_id": coverage, "service_date": "2026-12-01", "service_types": ["MH"]}
    check = await course.call("POST", "/v1/eligibility-checks", asked, 202)
    authorization = await course.authorize(coverage)
    appointment = await course.book()
    await course.receive(course.kept(appointment))
    await course.receive(course.note(appointment))
    return {
        "coverages": coverage,
        "eligibility-checks": check["id"],
        "authorization-requests": authorization["request_id"],
        "authorizations": authorization["id"],
        "charges": (await course.charge())["id"],
    }


@pytest.fixture
def wanted(is_part2: bool) -> list[str]:
    found = codings(label_of(DataClass.BILLING, is_part2=is_part2))
    assert (PART2 in found) is is_part2
    return found


async def test_every_row_says_its_labels_alone_and_in_lists(
    course: Any, made: dict[str, str], wanted: list[str], superuser: Any
) -> None:
    for noun, row_id in made.items():
        alone = await course.call("GET", f"/v1/{noun}/{row_id}", expect=200)
        listed = await course.call("GET", f"/v1/{noun}?client_id={course.client}", expect=200)
        assert [one["security_labels"] for one in (alone, *listed["items"])] == [wanted] * 2, noun
    ledger = await course.call("GET", f"/v1/authorizations/{made['authorizations']}/ledger", expect=200)
    assert [(one["kind"], one["security_labels"]) for one in ledger["items"]] == [
        ("reserve", wanted),
        ("consume", wanted),
    ]
    kept = await superuser.fetchval("SELECT security_labels FROM charge WHERE id = $1", UUID(made["charges"]))
    assert kept == wanted


async def test_a_partner_is_told_them_too(course: Any, app: Any, made: dict[str, str], wanted: list[str]) -> None:
    async def decide(by: Any, questions: Any) -> Any:
        answer = {"is_permitted": True, "rule_id": "rule", "consent_id": None, "obligations": []}
        return {"items": [answer] * len(questions), "valid_for_ms": 1000}

    app.state.exits.ask = decide
    scopes = ("coverages:read", "eligibility:read", "authorizations:read", "charges:read")
    partner = course.bearer(*scopes, roles=("partner_app",), reach="disclosed", purpose="HPAYMT", purposes=["HPAYMT"])
    for noun, row_id in made.items():
        alone = await course.http.get(f"/v1/{noun}/{row_id}", headers=partner)
        listed = await course.http.get(f"/v1/{noun}?client_id={course.client}", headers=partner)
        assert [one["security_labels"] for one in (alone.json(), *listed.json()["items"])] == [wanted] * 2, noun


async def test_of_two_episodes_the_stricter_counts(course: Any) -> None:
    await course.begin()
    course.episode = uuid7()
    await course.begin(part2=True, diagnosis=False)
    coverage = await course.cover()
    found = await course.call("GET", f"/v1/coverages/{coverage}", expect=200)
    assert PART2 in found["security_labels"]
