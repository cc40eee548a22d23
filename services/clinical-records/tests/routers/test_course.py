"""The clinical part of the full course, through HTTP with real events and a real database."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from clinical_records.rules.assessments import Domain
from privacy import Disclosure, decide

EIGHTEEN = [2] * 9
FOUR = [1, 1, 1, 1, 0, 0, 0, 0, 0]


async def asked(care: Any, items: list[int | None], instrument: str = "phq-9") -> dict[str, Any]:
    body = {"client_id": str(care.client_id), "instrument": instrument}
    measure = await care.made("/v1/measure-administrations", body)
    found: dict[str, Any] = await care.made(f"/v1/measure-administrations/{measure['id']}/answers", {"items": items})
    return found


async def test_episode_gives_the_primary_clinician_a_caseload(care: Any, told: Any) -> None:
    found = await care.read("/v1/caseloads")
    assert [m["client_id"] for m in found["items"]] == [str(care.client_id)]
    changed = await told("care_team.changed.v1")
    assert (changed[0]["member_id"], changed[0]["role"]) == (str(care.therapist), "primary_clinician")


async def test_a_clinician_outside_the_team_finds_nothing(care: Any) -> None:
    diagnosis = (await care.diagnosis()).json()
    stranger = await care.call("GET", f"/v1/diagnoses/{diagnosis['id']}", by=uuid4())
    unknown = await care.call("GET", f"/v1/diagnoses/{uuid4()}", by=uuid4())
    assert stranger.status_code == unknown.status_code == 404
    assert (await care.read("/v1/diagnoses", by=uuid4()))["items"] == []


async def test_measure_is_scored_and_remission_is_told_once(care: Any, told: Any) -> None:
    first = await asked(care, EIGHTEEN)
    assert (first["total"], first["band"], first["status"]) == (18, "moderately_severe", "scored")
    last = await asked(care, FOUR)
    assert last["change"]["is_remission"] and last["change"]["points"] == -14
    await asked(care, FOUR)
    assert len(await told("outcome.remission_reached.v1")) == 1
    scored = await told("measure.scored.v1")
    assert [s["band"] for s in scored] == ["moderately_severe", "minimal", "minimal"]
    assert "total" not in scored[0]


async def test_scored_measure_takes_no_more_answers(care: Any) -> None:
    measure = await asked(care, FOUR)
    again = await care.call("POST", f"/v1/measure-administrations/{measure['id']}/answers", {"items": FOUR})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/measure-not-open")


async def test_too_many_missing_answers_make_it_invalid(care: Any) -> None:
    found = await asked(care, [None, None, None, 3, 3, 3, 3, 3, 3])
    assert (found["status"], found["total"], found["item_alert"]) == ("invalid", None, True)


async def test_positive_item_nine_asks_for_a_screen_the_same_day_and_the_screen_closes_it(care: Any, told: Any) -> None:
    await asked(care, [0, 0, 0, 0, 0, 0, 0, 0, 1])
    task = next(t for t in await told("task.opened.v1") if t["kind"] == "cssrs_screen")
    assert task["assignee_id"] == str(care.therapist) and task["rule"] == "phq-9.safety_item"
    assert datetime.fromisoformat(task["due_at"]) - datetime.now(UTC) <= timedelta(days=1)
    body = {"client_id": str(care.client_id), "answers": {"q1": False, "q2": False, "q6a": False}}
    risk = await care.made("/v1/risk-assessments", body)
    assert (risk["level"], risk["status"]) == ("none_identified", "complete")
    assert task["task_id"] in [t["task_id"] for t in await told("task.closed.v1")]


async def test_high_risk_pages_the_supervisor(care: Any, told: Any) -> None:
    answers = {"q1": True, "q2": True, "q3": False, "q4": True, "q5": False, "q6a": False}
    risk = await care.made("/v1/risk-assessments", {"client_id": str(care.client_id), "answers": answers})
    assert (risk["level"], risk["is_complete"]) == ("high", True)
    assert len(await told("risk.elevated.v1")) == 1
    kinds = {t["kind"]: t for t in await told("task.opened.v1")}
    assert kinds["page_supervisor"]["role"] == "clinical_supervisor"
    assert {"full_risk_assessment", "risk_contact"} <= kinds.keys()


async def test_incomplete_screen_stays_open_and_its_known_level_counts(care: Any, told: Any) -> None:
    risk = await care.made(
        "/v1/risk-assessments", {"client_id": str(care.client_id), "answers": {"q2": True, "q3": True}}
    )
    assert (risk["status"], risk["level"], risk["is_complete"]) == ("in_progress", "moderate", False)
    assert len(await told("risk.elevated.v1")) == 1
    rest = {"answers": {"q1": True, "q4": False, "q5": False, "q6a": False}}
    done = await care.made(f"/v1/risk-assessments/{risk['id']}/answers", rest)
    assert (done["status"], done["level"]) == ("complete", "moderate")
    assert [r["is_complete"] for r in await told("risk.assessed.v1")] == [False, True]


async def test_level_below_a_high_triage_is_the_supervisors(care: Any) -> None:
    answers = {"q1": True, "q2": True, "q3": True, "q4": True, "q5": True, "q6a": False}
    body = {"client_id": str(care.client_id), "answers": answers, "level": "low", "rationale": "Sample rationale."}
    refused = await care.call("POST", "/v1/risk-assessments", body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/level")
    taken = await care.made("/v1/risk-assessments", body, roles=("clinical_supervisor",), reach="agency")
    assert (taken["level"], taken["triaged_level"]) == ("low", "high")


@pytest.mark.parametrize(("path", "body"), [
    ("/v1/measures/phq-9/score", {"items": EIGHTEEN}), ("/v1/risk/c-ssrs/triage", {"q1": True, "q2": False, "q6a": False}),
])  # fmt: skip
async def test_rules_can_be_tried_without_a_record(care: Any, path: str, body: Any) -> None:
    found = await care.made(path, body)
    assert found.get("total") == 18 or found.get("level") == "low"


async def test_answers_out_of_range_point_at_the_item(care: Any) -> None:
    found = await care.call("POST", "/v1/measures/gad-7/score", {"items": [0, 0, 4, 0, 0, 0, 0]})
    assert (found.status_code, found.json()["errors"][0]["pointer"]) == (422, "/items/2")


async def test_assessment_is_signed_when_each_domain_is_told_or_explained(care: Any, told: Any, superuser: Any) -> None:
    domains = {d: {"narrative": "Sample narrative."} for d in Domain}
    body = {"client_id": str(care.client_id), "episode_id": str(care.episode_id), "domains": domains}
    domains.pop(Domain.TRAUMA)
    draft = await care.made("/v1/assessments", body)
    assert draft["missing"] == ["trauma"]
    refused = await care.call("POST", f"/v1/assessments/{draft['id']}/signature")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/domains/trauma")
    change = {"loc_code": "outpatient", "domains": {"trauma": {"not_assessed": "deferred"}}}
    path, match = f"/v1/assessments/{draft['id']}", {"If-Match": f'"{draft["version"]}"'}
    assert (await care.call("PATCH", path, change, headers=match)).status_code == 200
    final = await care.made(f"/v1/assessments/{draft['id']}/signature")
    assert (final["status"], len(final["domains"])) == ("final", 21)
    assert (await told("assessment.signed.v1"))[0]["loc_code"] == "outpatient"
    sealed = await superuser.fetchval("SELECT sealed FROM assessment WHERE id = $1", final["id"])
    assert b"Sample" not in sealed


async def test_one_principal_diagnosis_per_episode(care: Any, told: Any) -> None:
    first = (await care.diagnosis()).json()
    assert (first["code"], first["is_billable"]) == ("F33.1", True)
    second = await care.diagnosis(code="F41.1")
    assert (second.status_code, second.json()["type"]) == (409, "/problems/principal-diagnosis-taken")
    other = (await care.diagnosis(code="F43.1", rank=2)).json()
    assert not other["is_billable"]
    await care.made(f"/v1/diagnoses/{first['id']}/verification", {"verification": "refuted"})
    assert (await care.diagnosis(code="F41.1")).status_code == 201
    resolved = await care.call("POST", f"/v1/diagnoses/{first['id']}/verification", {"verification": "resolved"})
    assert resolved.status_code == 409
    history = await care.read(f"/v1/diagnoses/{first['id']}/history")
    assert [h["verification"] for h in history["items"]] == ["provisional", "refuted"]
    assert (await told("diagnosis.recorded.v1"))[0]["code"] == "F33.1"


async def test_plan_becomes_active_with_its_last_signature(care: Any, told: Any) -> None:
    plan = await care.plan()
    assert (plan["status"], plan["awaited"], plan["review_every_days"]) == ("active", [], 60)
    assert (await told("plan.activated.v1"))[0]["plan_version"] == 1
    editions = await care.read(f"/v1/plans/{plan['id']}/editions")
    assert [e["number"] for e in editions["items"]] == [1]


async def test_plan_without_measurable_objectives_is_not_signed(care: Any) -> None:
    goal = {"text": "Sample goal", "objectives": [{"text": "Feel better"}]}
    body = {"episode_id": str(care.episode_id), "problems": [{"text": "Sample problem", "goals": [goal]}]}
    plan = await care.made("/v1/plans", body)
    refused = await care.call("POST", f"/v1/plans/{plan['id']}/signatures", {"signer": "clinician"})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/objective-not-measurable")
    assert refused.json()["errors"][0]["pointer"] == "/problems/0/goals/0/objectives/0/metric"
    early = await care.call("POST", f"/v1/plans/{plan['id']}/signatures", {"signer": "client"})
    assert early.status_code == 409


async def test_review_makes_the_next_version_and_keeps_the_one_before(care: Any, told: Any) -> None:
    plan = await care.plan()
    objective = plan["problems"][0]["goals"][0]["objectives"][0]
    kept = {
        **plan["problems"][0],
        "goals": [{**plan["problems"][0]["goals"][0], "objectives": [{**objective, "target": 5}]}],
    }
    review = await care.made(f"/v1/plans/{plan['id']}/review", {"reason": "scheduled", "problems": [kept]})
    assert (review["status"], review["plan_version"], review["awaited"]) == ("under_review", 2, ["clinician", "client"])
    await care.made(f"/v1/plans/{plan['id']}/signatures", {"signer": "clinician"})
    refused = {"signer": "client", "refusal_reason": "Sample reason."}
    active = await care.made(f"/v1/plans/{plan['id']}/signatures", refused)
    assert (active["status"], active["plan_version"]) == ("active", 2)
    editions = (await care.read(f"/v1/plans/{plan['id']}/editions"))["items"]
    targets = [e["body"]["problems"][0]["goals"][0]["objectives"][0]["target"] for e in editions]
    assert targets == [9, 5]
    reviewed = [(e["plan_version"], e["reason_code"]) for e in await told("plan.reviewed.v1")]
    assert reviewed == [(2, "scheduled")]


async def test_kept_session_leads_to_a_final_note(care: Any, told: Any, superuser: Any) -> None:
    note = await care.written()
    final = await care.made(f"/v1/notes/{note['id']}/signature")
    assert (final["status"], final["content"]["plan"], final["is_late"]) == ("final", "Sample plan text.", False)
    finalized = (await told("note.finalized.v1"))[0]
    assert (finalized["minutes"], finalized["service_kind"]) == (52, "individual")
    due = next(t for t in await told("task.opened.v1") if t["kind"] == "note_due")
    assert due["task_id"] in [t["task_id"] for t in await told("task.closed.v1")]
    rows = await superuser.fetch("SELECT data::text FROM outbox")
    assert not any("Sample" in row["data"] for row in rows)
    sealed = await superuser.fetchval("SELECT sealed FROM note WHERE id = $1", note["id"])
    assert b"Sample" not in sealed


async def test_final_note_is_never_edited_and_the_chain_shows_what_was_changed(
    care: Any, told: Any, superuser: Any
) -> None:
    note = await care.written()
    final = await care.made(f"/v1/notes/{note['id']}/signature")
    edit = await care.call(
        "PATCH", f"/v1/notes/{note['id']}", {"risk": "low"}, headers={"If-Match": f'"{final["version"]}"'}
    )
    assert (edit.status_code, edit.json()["type"]) == (409, "/problems/not-editable")
    added = await care.made(f"/v1/notes/{note['id']}/addenda", {"text": "Sample addendum."})
    assert (await care.read(f"/v1/notes/{note['id']}"))["addenda"][0]["id"] == added["id"]
    assert [e["addendum_id"] for e in await told("note.addended.v1")] == [added["id"]]
    chain = await care.read(f"/v1/note-chains/{care.client_id}")
    assert (chain["is_intact"], chain["length"]) == (True, 2)
    await superuser.execute("UPDATE note SET minutes = 60 WHERE id = $1", note["id"])
    chain = await care.read(f"/v1/note-chains/{care.client_id}")
    assert (chain["is_intact"], chain["broken_at"]) == (False, 1)


async def test_note_without_the_golden_thread_is_not_signed(care: Any) -> None:
    note = await care.session()
    refused = await care.call("POST", f"/v1/notes/{note['id']}/signature")
    pointers = [e["pointer"] for e in refused.json()["errors"]]
    assert refused.status_code == 422 and {"/objective_ids", "/content/plan", "/modalities"} <= set(pointers)


async def test_only_the_author_edits_with_the_version_that_he_read(care: Any) -> None:
    note = await care.session()
    path = f"/v1/notes/{note['id']}"
    assert (await care.call("PATCH", path, {"risk": "low"})).status_code == 428
    assert (await care.call("PATCH", path, {"risk": "low"}, headers={"If-Match": '"99"'})).status_code == 412
    other = await care.call("PATCH", path, {"risk": "low"}, by=uuid4(), reach="agency", headers={"If-Match": '"1"'})
    assert (other.status_code, other.json()["type"]) == (403, "/problems/not-author")
    strange = await care.call("PATCH", path, {"content": {"gossip": "x"}}, headers={"If-Match": '"1"'})
    assert strange.status_code == 422


async def test_associates_note_waits_for_the_assigned_supervisor(care: Any, told: Any) -> None:
    note = await care.written()
    await care.profile(needs_cosign=True)
    path = f"/v1/notes/{note['id']}"
    alone = await care.call("POST", f"{path}/signature")
    assert (alone.status_code, alone.json()["type"]) == (409, "/problems/supervisor-missing")
    await care.supervise()
    pending = await care.made(f"{path}/signature")
    assert (pending["status"], pending["supervisor_id"]) == ("pending_cosign", str(care.supervisor))
    assert await told("note.finalized.v1") == []
    assert [e["supervisor_id"] for e in await told("cosign.requested.v1")] == [str(care.supervisor)]
    supervisor = {"roles": ("clinical_supervisor",), "reach": "agency"}
    for wrong in (care.therapist, uuid4()):
        assert (await care.call("POST", f"{path}/cosignature", by=wrong, **supervisor)).status_code == 403
    back = await care.made(f"{path}/return", {"reason": "Sample reason."}, by=care.supervisor, **supervisor)
    assert (back["status"], back["return_reason"]) == ("returned", "Sample reason.")
    assert [e["author_id"] for e in await told("note.returned.v1")] == [str(care.therapist)]
    match = {"If-Match": f'"{back["version"]}"'}
    assert (await care.call("PATCH", path, {"response": "Sample, better."}, headers=match)).json()["status"] == "draft"
    await care.made(f"{path}/signature")
    final = await care.made(f"{path}/cosignature", by=care.supervisor, **supervisor)
    assert (final["status"], final["return_reason"]) == ("final", None)
    assert (await told("note.finalized.v1"))[0]["supervisor_id"] == str(care.supervisor)
    assert [e["supervisor_id"] for e in await told("note.cosigned.v1")] == [str(care.supervisor)]
    assert len(await told("cosign.requested.v1")) == 2
    assert (await care.read(f"/v1/note-chains/{care.client_id}"))["is_intact"]


async def test_voiding_takes_two_and_the_note_stays_readable(care: Any, told: Any) -> None:
    note = await care.written()
    path = f"/v1/notes/{note['id']}"
    await care.made(f"{path}/signature")
    asked_for = await care.made(f"{path}/void", {"reason": "Sample reason."})
    assert (asked_for["status"], asked_for["void_requested_by"]) == ("final", str(care.therapist))
    assert (await care.call("POST", f"{path}/void", {"reason": "Sample reason."})).status_code == 403
    assert await told("note.voided.v1") == []
    voided = await care.made(
        f"{path}/void", {"reason": "Sample reason."}, by=uuid4(), roles=("clinical_supervisor",), reach="agency"
    )
    assert voided["status"] == "voided"
    heard = [(e["note_id"], e["appointment_id"]) for e in await told("note.voided.v1")]
    assert heard == [(note["id"], note["appointment_id"])]
    assert (await care.read(path))["content"]["plan"] == "Sample plan text."


def question(asked: Any) -> Disclosure:
    final = asked.get("is_final", True)
    return Disclosure(asked["data_class"], asked["purpose"], asked["recipient_kind"], datetime.now(UTC), is_final=final)


@pytest.fixture
def decided(app: Any) -> None:
    """The disclosure rules themselves, where no consent was given."""

    async def decide_here(by: Any, questions: Any) -> Any:
        asked = [question(q) for q in questions]
        verdicts = [decide(one) for one in asked]
        items = [{**asdict(v), "consent_id": None, "obligations": list(v.obligations)} for v in verdicts]
        return {"items": items, "valid_for_ms": 1000}

    app.state.exits.ask = decide_here


async def test_client_sees_final_notes_only(care: Any, decided: None) -> None:
    note = await care.written()
    own = care.bearer("notes:read", sub=uuid4(), reach="own", roles=("client_portal",), clients=[str(care.client_id)])
    path = f"/v1/notes/{note['id']}"
    assert (await care.http.get(path, headers=own)).status_code == 404
    await care.made(f"{path}/signature")
    assert (await care.http.get(path, headers=own)).status_code == 200
    strange = care.bearer("notes:read", sub=uuid4(), reach="own", roles=("client_portal",), clients=[str(uuid4())])
    assert (await care.http.get(path, headers=strange)).status_code == 404


async def test_discharge_closes_the_plan_and_shows_the_outcome(care: Any, told: Any) -> None:
    await asked(care, EIGHTEEN)
    await asked(care, FOUR)
    plan = await care.plan()
    today = datetime.now(UTC).astimezone().date() - timedelta(days=1)
    body = {"episode_id": str(care.episode_id), "reason_code": "goals_met", "discharged_on": today.isoformat(),
            "risk_level": "none_identified", "goals": [{"objective_id": plan["problems"][0]["goals"][0]["objectives"][0]["id"],
            "outcome": "met"}], "summary": {"services_given": "Sample", "progress": "Sample"}}  # fmt: skip
    draft = await care.made("/v1/discharges", body)
    refused = await care.call("POST", f"/v1/discharges/{draft['id']}/signature")
    assert refused.json()["errors"][0]["pointer"] == "/summary/aftercare"
    rest = {"summary": {"aftercare": "Sample", "participation": "Sample"}}
    match = {"If-Match": f'"{draft["version"]}"'}
    assert (await care.call("PATCH", f"/v1/discharges/{draft['id']}", rest, headers=match)).status_code == 200
    final = await care.made(f"/v1/discharges/{draft['id']}/signature")
    assert (final["status"], final["outcomes"]) == ("final", [{"instrument": "phq-9", "baseline": 18, "last": 4}])
    assert (await care.read(f"/v1/plans/{plan['id']}"))["status"] == "closed"
    assert (await told("discharge.finalized.v1"))[0]["reason_code"] == "goals_met"


async def test_reads_are_audited(care: Any, superuser: Any, agency: Any) -> None:
    plan = await care.plan()
    await care.read(f"/v1/plans/{plan['id']}")
    rows = await superuser.fetch(
        "SELECT action FROM audit WHERE agency_id = $1 AND resource_id = $2", agency, plan["id"]
    )
    assert "plan.read" in {row["action"] for row in rows}
