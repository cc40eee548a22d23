"""Security labels: computed at write, kept with the record, told to staff as well."""

from typing import Any
from uuid import uuid4

import pytest
from privacy import DataClass, codings, label_of
from shared.contracts.intake import EpisodeOpened

PART2 = "http://terminology.hl7.org/CodeSystem/v3-ActCode|42CFRPart2"


@pytest.fixture(params=[False, True], ids=["plain", "part2"])
async def is_part2(request: Any, care: Any, receive: Any) -> bool:
    """Whether the client's care is of Part 2."""
    if request.param:
        ids = {"clinic_id": care.clinic_id, "program_id": uuid4(), "primary_clinician_id": care.therapist}
        opened_on = (await care.read("/v1/caseloads"))["items"][0]["since"][:10]
        care.episode_id = uuid4()
        await receive(EpisodeOpened(
            episode_id=care.episode_id, client_id=care.client_id, opened_on=opened_on, is_part2=True, **ids
        ))  # fmt: skip
    return bool(request.param)


async def test_every_record_says_its_labels_in_lists_and_alone(care: Any, is_part2: bool, superuser: Any) -> None:
    made = {
        "plans": (await care.plan(), DataClass.PLAN),
        "diagnoses": ((await care.diagnosis()).json(), DataClass.DIAGNOSIS),
        "notes": (await care.session(), DataClass.CLINICAL),
        "measure-administrations": (await care.made("/v1/measure-administrations", measure(care)), DataClass.MEASURES),
        "risk-assessments": (await care.made("/v1/risk-assessments", risk(care)), DataClass.RISK),
    }
    for noun, (row, data_class) in made.items():
        wanted = codings(label_of(data_class, is_part2=is_part2))
        alone = await care.read(f"/v1/{noun}/{row['id']}")
        listed = (await care.read(f"/v1/{noun}?client_id={care.client_id}"))["items"]
        assert alone["security_labels"] == wanted, noun
        assert next(one for one in listed if one["id"] == row["id"])["security_labels"] == wanted, noun
        assert (PART2 in wanted) is is_part2
    kept = await superuser.fetchval("SELECT security_labels FROM plan WHERE id = $1", made["plans"][0]["id"])
    assert kept == codings(label_of(DataClass.PLAN, is_part2=is_part2))


def measure(care: Any) -> dict[str, str]:
    return {"client_id": str(care.client_id), "instrument": "phq-9"}


def risk(care: Any) -> dict[str, Any]:
    return {"client_id": str(care.client_id), "form_version": "1", "answers": {"q1": False, "q2": False, "q6a": False}}
