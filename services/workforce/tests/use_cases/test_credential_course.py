from datetime import UTC, datetime, timedelta

import pytest
from workforce.rules.credentials import expires_at

TODAY = datetime.now(UTC).date()


async def timers_of(superuser, subject):
    rows = await superuser.fetch("SELECT kind, key FROM timer WHERE subject::text = $1 ORDER BY due_at", subject)
    return [(row["kind"], row["key"]) for row in rows]


async def types(superuser, agency):
    rows = await superuser.fetch("SELECT type FROM outbox WHERE agency_id = $1 ORDER BY id", agency)
    return [row["type"] for row in rows]


async def test_verifying_starts_the_clocks(staff, superuser):
    found = await staff.verified(await staff.clinician(), TODAY + timedelta(days=365))
    assert await timers_of(superuser, found) == [
        ("credential_expiring", "90"),
        ("credential_expiring", "60"),
        ("credential_expiring", "30"),
        ("credential_expiring", "7"),
        ("credential_expired", ""),
    ]


async def test_alerts_are_told_each_and_make_one_task(staff, ring, superuser, agency):
    found = await staff.verified(await staff.clinician(), TODAY + timedelta(days=365))
    for days in (90, 60):
        await ring("credential_expiring", found, datetime.now(UTC) + timedelta(days=365 - days))
    told = await types(superuser, agency)
    assert (told.count("credential.expiring.v1"), told.count("task.opened.v1")) == (2, 1)
    assert (await staff.get(f"credentials/{found}")).json()["status"] == "expiring"
    left = await superuser.fetch(
        "SELECT data->>'days_left' AS d FROM outbox WHERE type = 'credential.expiring.v1' AND agency_id = $1 ORDER BY id",
        agency,
    )
    assert [abs(int(row["d"]) - days) <= 1 for row, days in zip(left, (90, 60), strict=True)] == [True, True]


async def test_expiry_takes_the_right_to_sign(staff, ring, superuser, agency):
    person = await staff.clinician()
    found = await staff.verified(person, TODAY + timedelta(days=40))
    await ring("credential_expired", found, expires_at(TODAY + timedelta(days=40), "IL"))
    assert await staff.may_sign(person) == (False, False)
    assert (await types(superuser, agency))[-2:] == ["credential.expired.v1", "clinician.profile_changed.v1"]
    await ring("credential_expired", found)
    assert (await types(superuser, agency)).count("credential.expired.v1") == 1


async def test_a_renewal_takes_the_place_once_verified(staff, ring, superuser, agency):
    person = await staff.clinician()
    old = await staff.verified(person, TODAY + timedelta(days=40))
    renewal = {"issued_on": str(TODAY), "expires_on": str(TODAY + timedelta(days=770))}
    early = await staff.post(f"credentials/{old}/renewal", renewal)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/credential-not-renewable")
    await ring("credential_expiring", old)
    new = await staff.post(f"credentials/{old}/renewal", renewal)
    assert (new.status_code, new.json()["status"], new.json()["renews_id"]) == (201, "pending", old)
    assert (await staff.get(f"credentials/{old}")).json()["status"] == "expiring"
    assert (await staff.post(f"credentials/{new.json()['id']}/verification")).status_code == 200
    assert (await staff.get(f"credentials/{old}")).json()["status"] == "renewed"
    assert await timers_of(superuser, old) == []
    assert await staff.may_sign(person) == (True, False)
    assert "task.closed.v1" in await types(superuser, agency)
    assert (await types(superuser, agency)).count("credential.renewed.v1") == 1


@pytest.mark.parametrize("more", [0, -1])
async def test_a_renewal_must_last_longer(staff, ring, more):
    old = await staff.verified(await staff.clinician(), TODAY + timedelta(days=40))
    await ring("credential_expiring", old)
    wish = {"issued_on": str(TODAY), "expires_on": str(TODAY + timedelta(days=40 + more))}
    assert (await staff.post(f"credentials/{old}/renewal", wish)).json()["type"] == "/problems/renewal-not-longer"
