from datetime import UTC, datetime, timedelta

import pytest
from shared.contracts.clinical_records import CareTeamChanged
from shared.contracts.intake import ConsentExpired, ConsentGranted, ConsentRevoked, EpisodeOpened
from shared.db import uuid7

NOW = datetime.now(UTC)
YESTERDAY = NOW - timedelta(days=1)


def roi(scene, **more):
    told = {
        "consent_id": uuid7(),
        "client_id": scene.client_id,
        "type": "roi",
        "discloser": "agency",
        "recipient_ids": (scene.organization_id,),
        "purposes": ("TREAT",),
        "data_classes": ("contact",),
        "effective_from": YESTERDAY,
    }
    return ConsentGranted(**told | more)


async def status_of(scene, referral):
    return (await scene.get(f"referrals/{referral.json()['id']}")).json()["status"]


async def told(superuser, scene):
    rows = await superuser.fetch("SELECT type FROM outbox WHERE key = $1 ORDER BY id", str(scene.client_id))
    return [row["type"] for row in rows]


async def test_without_consent_a_referral_waits_for_it_and_nothing_is_sent(scene, superuser):
    referral = await scene.refer(await scene.need())
    assert (referral.status_code, referral.json()["status"]) == (201, "needs_consent")
    assert await told(superuser, scene) == ["need.identified.v1", "referral.created.v1", "referral.needs_consent.v1"]
    assert await superuser.fetchval("SELECT count(*) FROM outbound") == 0


async def test_consent_makes_it_ready_and_its_end_takes_that_back(scene, receive, superuser):
    referral = await scene.refer(await scene.need())
    consent = roi(scene)
    await receive(consent)
    assert await status_of(scene, referral) == "ready"
    await receive(
        ConsentRevoked(consent_id=consent.consent_id, client_id=scene.client_id, type="roi", effective_at=NOW)
    )
    assert await status_of(scene, referral) == "needs_consent"
    assert (await told(superuser, scene))[-2:] == ["referral.needs_consent.v1"] * 2


async def test_expiry_takes_it_back_too(scene, receive):
    consent = roi(scene)
    await receive(consent)
    referral = await scene.refer(await scene.need())
    assert referral.json()["status"] == "ready"
    assert referral.json()["consent_id"] == str(consent.consent_id)
    await receive(ConsentExpired(consent_id=consent.consent_id, client_id=scene.client_id, type="roi"))
    assert await status_of(scene, referral) == "needs_consent"


async def test_a_release_is_not_enough_for_a_part_2_client(scene, receive):
    await receive(roi(scene))
    referral = await scene.refer(await scene.need())
    assert referral.json()["status"] == "ready"
    await receive(
        EpisodeOpened(
            episode_id=uuid7(),
            client_id=scene.client_id,
            clinic_id=scene.clinic_id,
            program_id=uuid7(),
            primary_clinician_id=uuid7(),
            opened_on=NOW.date(),
            is_part2=True,
        )
    )
    assert await status_of(scene, referral) == "needs_consent"
    await receive(roi(scene, type="part2_specific"))
    assert await status_of(scene, referral) == "ready"


async def test_an_end_that_comes_first_waits_for_the_consent(scene, receive):
    consent = roi(scene)
    await receive(
        ConsentRevoked(consent_id=consent.consent_id, client_id=scene.client_id, type="roi", effective_at=NOW)
    )
    referral = await scene.refer(await scene.need())
    assert referral.json()["status"] == "needs_consent"


async def test_help_must_be_wanted_and_the_service_open(scene):
    unwanted = await scene.refer(await scene.need(wants_help=False))
    assert (unwanted.status_code, unwanted.json()["type"]) == (409, "/problems/help-not-wanted")
    need = await scene.need()
    assert (await scene.post(f"needs/{need}/resolution")).json()["status"] == "resolved"
    assert (await scene.refer(need)).json()["type"] == "/problems/need-not-open"
    assert (await scene.post(f"needs/{need}/resolution")).status_code == 409


async def test_a_cancelled_referral_stays_cancelled(scene, receive):
    referral = await scene.refer(await scene.need())
    url = f"referrals/{referral.json()['id']}/cancellation"
    assert (await scene.post(url, {"reason_code": "client_declined"})).json()["status"] == "cancelled"
    assert (await scene.post(url, {"reason_code": "client_declined"})).status_code == 409
    await receive(roi(scene))
    assert await status_of(scene, referral) == "cancelled"


@pytest.mark.parametrize("code", ["Z61.0", "F33.1"])
async def test_a_code_outside_the_social_block_is_refused(scene, code):
    refused = await scene.post(
        "needs", {"client_id": str(scene.client_id), "domain": "food-insecurity", "code": code, "wants_help": True}
    )
    assert refused.status_code == 422


async def test_a_caseload_sees_its_clients_only(scene, receive):
    me = uuid7()
    referral = await scene.refer(await scene.need())
    url, who = f"referrals/{referral.json()['id']}", {"sub": me, "roles": ("case_manager",), "reach": "caseload"}
    assert (await scene.get(url, **who)).status_code == 404
    await receive(
        CareTeamChanged(
            membership_id=uuid7(), client_id=scene.client_id, member_id=me, role="case_manager", since=YESTERDAY
        )
    )
    assert (await scene.get(url, **who)).status_code == 200
    assert len((await scene.get(f"needs?client_id={scene.client_id}", **who)).json()["items"]) == 1


async def test_no_route_sends(app):
    paths = app.openapi()["paths"]
    assert not [path for path in paths if "submission" in path or "sending" in path]
