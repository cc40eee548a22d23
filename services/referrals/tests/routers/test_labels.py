"""Security labels: computed at write, kept with the row, told to staff and to partners."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from privacy import DataClass, codings, label_of
from shared.contracts.clinical_records import DischargeFinalized
from shared.contracts.intake import EpisodeOpened
from shared.db import uuid7

PART2 = "http://terminology.hl7.org/CodeSystem/v3-ActCode|42CFRPart2"
CLASSES = {"needs": DataClass.NEEDS, "referrals": DataClass.NEEDS, "aftercare-plans": DataClass.CLINICAL}


@pytest.fixture(params=[False, True], ids=["plain", "part2"])
def is_part2(request: Any) -> bool:
    """Whether the client's care is of Part 2."""
    return bool(request.param)


@pytest.fixture
async def made(scene: Any, receive: Any, is_part2: bool) -> dict[str, str]:
    """One row of each kind, by its path."""
    now = datetime.now(UTC)
    opened = EpisodeOpened(
        episode_id=uuid7(), client_id=scene.client_id, clinic_id=scene.clinic_id, program_id=uuid7(),
        primary_clinician_id=uuid7(), opened_on=now.date(), is_part2=is_part2,
    )  # fmt: skip
    await receive(opened)
    await receive(DischargeFinalized(
        discharge_id=uuid7(), client_id=scene.client_id, episode_id=opened.episode_id, reason_code="goals_met",
        discharged_on=now.date(),
    ))  # fmt: skip
    need = await scene.need()
    return {
        "needs": need,
        "referrals": (await scene.refer(need)).json()["id"],
        "aftercare-plans": (await scene.get("aftercare-plans")).json()["items"][0]["id"],
    }


def wanted(noun: str, is_part2: bool) -> list[str]:
    found = codings(label_of(CLASSES[noun], is_part2=is_part2))
    assert (PART2 in found) is is_part2
    return found


async def test_every_row_says_its_labels_alone_and_in_lists(
    scene: Any, made: dict[str, str], is_part2: bool, superuser: Any
) -> None:
    for noun, row_id in made.items():
        alone = await scene.get(f"{noun}/{row_id}")
        listed = await scene.get(f"{noun}?client_id={scene.client_id}")
        found = [one["security_labels"] for one in (alone.json(), *listed.json()["items"])]
        assert found == [wanted(noun, is_part2)] * 2, noun
    kept = await superuser.fetchval("SELECT security_labels FROM referral WHERE id = $1", UUID(made["referrals"]))
    assert kept == wanted("referrals", is_part2)


async def test_a_partner_is_told_them_too(scene: Any, app: Any, made: dict[str, str], is_part2: bool) -> None:
    async def decide(by: Any, questions: Any) -> Any:
        answer = {"is_permitted": True, "rule_id": "rule", "consent_id": None, "obligations": []}
        return {"items": [answer] * len(questions), "valid_for_ms": 1000}

    app.state.exits.ask = decide
    partner = {"roles": ("partner_app",), "reach": "disclosed", "purpose": "TREAT", "purposes": ["TREAT"]}
    for noun, row_id in made.items():
        alone = await scene.get(f"{noun}/{row_id}", **partner)
        listed = await scene.get(f"{noun}?client_id={scene.client_id}", **partner)
        found = [one["security_labels"] for one in (alone.json(), *listed.json()["items"])]
        assert found == [wanted(noun, is_part2)] * 2, noun
