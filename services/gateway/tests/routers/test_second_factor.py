"""One-time codes and recovery codes (RFC 6238)."""

import time

import pytest


async def aged(superuser, person):
    """As if the codes of the enrolment were long ago."""
    await superuser.execute("UPDATE credential SET totp_step = 0 WHERE id = $1::uuid", person.id)


async def forget_attempts(superuser):
    await superuser.execute("DELETE FROM throttle")


async def test_a_code_counts_once(therapist, superuser):
    await aged(superuser, therapist)
    code = therapist.totp.now()
    await therapist.give_password()
    await therapist.submit("/oauth/sign-in", code=code)
    assert "code" in therapist.answer()
    await therapist.give_password()
    page = await therapist.submit("/oauth/sign-in", code=code)
    assert page.status_code == 422 and "used already" in page.text


async def test_an_earlier_code_does_not_come_after_a_later_one(therapist, superuser):
    await aged(superuser, therapist)
    now = time.time()
    await therapist.give_password()
    await therapist.submit("/oauth/sign-in", code=therapist.totp.at(int(now)))
    therapist.answer()
    await therapist.give_password()
    assert (await therapist.submit("/oauth/sign-in", code=therapist.totp.at(int(now) - 30))).status_code == 422


@pytest.mark.parametrize("drift", [-90, 90, 3600])
async def test_a_code_of_another_time_is_refused(therapist, superuser, drift):
    await aged(superuser, therapist)
    await therapist.give_password()
    code = therapist.totp.at(int(time.time()) + drift)
    assert (await therapist.submit("/oauth/sign-in", code=code)).status_code == 422


async def test_a_recovery_code_counts_once_and_reads_as_people_type(therapist, superuser):
    assert len(therapist.recovery) == 10
    code = therapist.recovery[0].lower().replace("-", " ")
    await therapist.give_password()
    await therapist.submit("/oauth/sign-in", code=code)
    therapist.answer()
    await therapist.give_password()
    assert (await therapist.submit("/oauth/sign-in", code=code)).status_code == 422
    rows = await superuser.fetch("SELECT r::text FROM recovery_code r")
    assert all(code.upper().replace(" ", "") not in row[0] for row in rows)


async def test_codes_cannot_be_tried_through(therapist, superuser):
    await therapist.give_password()
    statuses = [(await therapist.submit("/oauth/sign-in", code="000000")).status_code for _ in range(7)]
    assert statuses == [422] * 5 + [429] * 2 and int(therapist.page.headers["retry-after"]) <= 300
    await therapist.give_password()
    assert (await therapist.submit("/oauth/sign-in", code=therapist.recovery[0])).status_code == 429
    await forget_attempts(superuser)
    await therapist.load("/oauth/sign-in")
    await therapist.submit("/oauth/sign-in", code=therapist.recovery[0])
    assert "code" in therapist.answer()


async def test_the_secret_is_sealed(therapist, superuser):
    row = await superuser.fetchrow("SELECT * FROM credential WHERE id = $1::uuid", therapist.id)
    assert therapist.totp.secret.encode() not in row["totp_sealed"] and row["password_hash"].startswith("$argon2id$")
    rows = await superuser.fetch("SELECT totp_sealed FROM visit WHERE user_id = $1::uuid", therapist.id)
    assert all(row["totp_sealed"] is None for row in rows)


async def test_a_second_factor_cannot_be_passed_by(therapist):
    await therapist.give_password()
    for fields in ({"choice": "skip"}, {"choice": "allow"}, {"code": ""}, {}):
        page = await therapist.submit("/oauth/sign-in", **fields)
        assert page.status_code == 422 and "location" not in page.headers


async def test_a_visit_ends(therapist, superuser):
    await therapist.give_password()
    await superuser.execute("UPDATE visit SET expires_at = now() - interval '1 s'")
    page = await therapist.submit("/oauth/sign-in", code=therapist.recovery[0])
    assert page.status_code == 400 and "Start again" in page.text


async def test_staff_without_an_authenticator_set_one_up_first(therapist, superuser):
    await superuser.execute(
        "UPDATE credential SET totp_key_id = NULL, totp_sealed = NULL WHERE id = $1::uuid", therapist.id
    )
    page = await therapist.give_password()
    assert "Set up your authenticator" in page.text and "Not now" not in page.text and "<svg" in page.text
    page = await therapist.submit("/oauth/sign-in", choice="skip")
    assert page.status_code == 422


async def test_the_agency_may_do_without(http, administrator, invited):
    headers = administrator | {"If-Match": "*"}
    body = {"staff_need_second_factor": False}
    assert (await http.patch("/v1/admin/sign-in-policy", json=body, headers=headers)).status_code == 200
    person, link = await invited("case-manager-01", "case_manager")
    page = await person.accept(link, with_totp=False)
    assert "You are ready" in page.text
    assert "code" in await person.sign_in()
