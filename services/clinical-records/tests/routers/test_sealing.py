"""What decision 29 seals: nothing of it lies plain on the disk, and with the client's key it is gone for good."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from clinical_records.rules.assessments import Domain
from shared.contracts.intake import ClientKeyDestroyed

Paths = dict[str, str]


def canary(kind: str) -> str:
    return f"canary-{kind}-{uuid4().hex}"


@pytest_asyncio.fixture
async def said(care: Any) -> tuple[list[str], Paths]:
    """One canary in each sealed place, entered through the API; and where each is read."""
    words: list[str] = []

    def say(kind: str) -> str:
        words.append(canary(kind))
        return words[-1]

    domains = {domain: {"narrative": say("assessment")} for domain in Domain}
    body = {"client_id": str(care.client_id), "episode_id": str(care.episode_id), "domains": domains}
    assessment = await care.made("/v1/assessments", body)
    answers = {"q1": True, "q2": True, "q3": True, "q4": True, "q5": True, "q6a": False}
    body = {"client_id": str(care.client_id), "answers": answers, "level": "low", "rationale": say("crisis")}
    risk = await care.made("/v1/risk-assessments", body, roles=("clinical_supervisor",), reach="agency")
    note = await care.written()
    change = {"content": {"subjective": say("note")}, "response": say("response")}
    match = {"If-Match": f'"{note["version"]}"'}
    assert (await care.call("PATCH", f"/v1/notes/{note['id']}", change, headers=match)).status_code == 200
    await care.made(f"/v1/notes/{note['id']}/signature")
    await care.made(f"/v1/notes/{note['id']}/addenda", {"text": say("addendum")})
    body = {"episode_id": str(care.episode_id), "reason_code": "goals_met", "risk_level": "none_identified",
            "discharged_on": datetime.now(UTC).date().isoformat(), "goals": [],
            "summary": {"services_given": say("discharge")}}  # fmt: skip
    discharge = await care.made("/v1/discharges", body)
    return words, {
        "note": f"/v1/notes/{note['id']}",
        "assessment": f"/v1/assessments/{assessment['id']}",
        "risk": f"/v1/risk-assessments/{risk['id']}",
        "discharge": f"/v1/discharges/{discharge['id']}",
    }


async def test_the_files_of_the_database_hold_no_narrative(care: Any, said: Any, superuser: Any) -> None:
    """Heap, indexes and WAL after a checkpoint, the kept answers included. A word that is plain by design is found."""
    words, _ = said
    plain = canary("plain")
    await superuser.execute("SELECT set_config('application_name', $1, false)", plain)
    await superuser.execute("UPDATE diagnosis SET text = $1 WHERE client_id = $2", plain, care.client_id)
    await superuser.execute("CHECKPOINT")
    folder = Path(await superuser.fetchval("SHOW data_directory"))
    if not os.access(folder, os.R_OK):
        pytest.skip("The database's files are on another machine.")
    found = hits(folder, [plain, *words])
    assert len(words) > 20 and found == {plain}


def hits(folder: Path, words: list[str]) -> set[str]:
    left = {word: word.encode() for word in words}
    found: set[str] = set()
    for path in (path for path in folder.rglob("*") if path.is_file()):
        held = path.read_bytes()
        found |= {word for word, needle in left.items() if needle in held}
    return found


async def test_with_the_key_everything_that_was_sealed_is_gone_and_nothing_fails(
    care: Any, said: Any, receive: Any, superuser: Any, agency: Any
) -> None:
    _, paths = said
    supervisor = {"roles": ("clinical_supervisor",), "reach": "agency"}
    for path in paths.values():
        await care.read(path, **supervisor)
    await receive(ClientKeyDestroyed(
        client_id=care.client_id, reason_code="retention_over", destroyed_at=datetime.now(UTC)
    ))  # fmt: skip
    for path in paths.values():
        lost = await care.call("GET", path, **supervisor)
        assert (lost.status_code, lost.json()["type"]) == (410, "/problems/destroyed"), path
    more = {"client_id": str(care.client_id), "episode_id": str(care.episode_id), "domains": {}}
    assert (await care.call("POST", "/v1/assessments", more)).status_code == 410
    assert (await care.call("GET", "/v1/plans")).status_code == 200
    left = await superuser.fetch("SELECT wrapped FROM data_key WHERE owner_id = $1", care.client_id)
    assert [row["wrapped"] for row in left] == [None]
    kept = "SELECT count(*) FROM idempotency WHERE agency_id = $1 AND headers -> 'clients' ? $2"
    assert await superuser.fetchval(kept, agency, str(care.client_id)) == 0


async def test_another_clients_record_is_read_as_before(care: Any, said: Any, receive: Any) -> None:
    _, paths = said
    await receive(ClientKeyDestroyed(client_id=uuid4(), reason_code="court_order", destroyed_at=datetime.now(UTC)))
    await care.read(paths["note"])


@pytest.mark.parametrize("kind", ["note", "assessment", "discharge"])
async def test_lists_name_the_rows_that_nobody_reads_any_more(care: Any, said: Any, receive: Any, kind: str) -> None:
    """A list answers 200 with rows of codes, or 410; never a 500."""
    await receive(ClientKeyDestroyed(
        client_id=care.client_id, reason_code="retention_over", destroyed_at=datetime.now(UTC)
    ))  # fmt: skip
    assert (await care.call("GET", f"/v1/{kind}s")).status_code in (200, 410)
