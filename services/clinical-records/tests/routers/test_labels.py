"""Security labels: computed at write, kept with the record, told to staff as well."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from privacy import DataClass, codings, label_of
from shared.contracts.intake import ClientRegistered, EpisodeOpened

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


async def test_what_is_added_to_a_record_says_its_own(care: Any, is_part2: bool) -> None:
    note = await care.written()
    await care.made(f"/v1/notes/{note['id']}/signature")
    added = await care.made(f"/v1/notes/{note['id']}/addenda", {"text": "Sample addendum."})
    clinical, plan = (codings(label_of(c, is_part2=is_part2)) for c in (DataClass.CLINICAL, DataClass.PLAN))
    shown = await care.read(f"/v1/notes/{note['id']}")
    assert [one["security_labels"] for one in (added, shown, *shown["addenda"])] == [clinical] * 3
    plans = (await care.read(f"/v1/plans?client_id={care.client_id}"))["items"]
    editions = (await care.read(f"/v1/plans/{plans[0]['id']}/editions"))["items"]
    assert [one["security_labels"] for one in editions] == [plan]
    diagnosis = (await care.read(f"/v1/diagnoses?client_id={care.client_id}"))["items"][0]
    history = (await care.read(f"/v1/diagnoses/{diagnosis['id']}/history"))["items"]
    assert [one["security_labels"] for one in history] == [diagnosis["security_labels"]]
    members = (await care.read(f"/v1/care-team-members?episode_id={care.episode_id}"))["items"]
    assert [one["security_labels"] for one in members] == [clinical]


async def test_the_client_is_told_them_too(care: Any, is_part2: bool, app: Any) -> None:
    async def decide(by: Any, questions: Any) -> Any:
        answer = {"is_permitted": True, "rule_id": "rule", "consent_id": None, "obligations": []}
        return {"items": [answer] * len(questions), "valid_for_ms": 1000}

    app.state.exits.ask = decide
    note = await care.written()
    await care.made(f"/v1/notes/{note['id']}/signature")
    own = {"sub": uuid4(), "reach": "own", "roles": ("client_portal",), "clients": [str(care.client_id)]}
    headers = care.bearer("own-records:read", **own)
    found = await care.http.get(f"/v1/me/documents?client_id={care.client_id}", headers=headers)
    classes = {"note": DataClass.CLINICAL, "plan": DataClass.PLAN}
    told = {one["kind"]: one["security_labels"] for one in found.json()["items"]}
    assert told == {kind: codings(label_of(c, is_part2=is_part2)) for kind, c in classes.items()}
    alone = await care.http.get(f"/v1/me/documents/{note['id']}", headers=headers)
    assert alone.json()["security_labels"] == told["note"]


async def test_a_note_of_an_episode_that_is_not_known_yet_is_very_restricted(care: Any) -> None:
    care.episode_id = uuid4()
    assert (await care.session())["security_labels"] == codings(label_of("unknown"))


async def test_answers_from_before_admission_get_the_label_of_the_episode(care: Any, receive: Any) -> None:
    care.client_id = uuid4()
    await receive(ClientRegistered(client_id=care.client_id, clinic_id=care.clinic_id, age_band="adult"))
    body = {"client_id": str(care.client_id), "instrument": "phq-9"}
    made = await care.made("/v1/measure-administrations", body, reach="agency")
    assert PART2 not in made["security_labels"]
    await receive(EpisodeOpened(
        episode_id=uuid4(), client_id=care.client_id, clinic_id=care.clinic_id, program_id=uuid4(),
        primary_clinician_id=care.therapist, opened_on=date(2026, 11, 23), is_part2=True,
    ))  # fmt: skip
    attached = await care.read(f"/v1/measure-administrations/{made['id']}")
    assert attached["security_labels"] == codings(label_of(DataClass.MEASURES, is_part2=True))


def measure(care: Any) -> dict[str, str]:
    return {"client_id": str(care.client_id), "instrument": "phq-9"}


def risk(care: Any) -> dict[str, Any]:
    return {"client_id": str(care.client_id), "form_version": "1", "answers": {"q1": False, "q2": False, "q6a": False}}
