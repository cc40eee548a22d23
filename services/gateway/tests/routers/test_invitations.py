"""Invitations: one link, one person, one use."""

from urllib.parse import urlsplit

import pytest
from shared.contracts.intake import ClientRegistered
from shared.db import uuid7

PASSWORD = "seven green bicycles"


@pytest.fixture
async def front_desk(http, administrator, slug):
    body = {"username": "front-desk-01", "roles": ["front_desk"]}
    assert (await http.post("/v1/admin/users", json=body, headers=administrator)).status_code == 201
    answer = await http.post("/v1/sandbox/tokens", json={"agency": slug, "username": "front-desk-01"})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.fixture
async def client_id(database, slug):
    """A client of the agency, as intake told it."""
    return await told(database, slug)


async def told(database, slug):
    from gateway.main import app
    from gateway.rules.clients import agency_id_of
    from shared.clock import real_now
    from shared.consumer import Inbox, Message
    from shared.events import Envelope
    from shared.worker import handlers_of

    client, position = uuid7(), real_now().timestamp()
    event = ClientRegistered(client_id=client, clinic_id=uuid7(), age_band="adult")
    envelope = Envelope(
        id=uuid7(), type=type(event).NAME, source="/intake", subject=client, time=real_now(), agency=agency_id_of(slug),
        sequence=1, position=int(position * 1e9), prev=0, part=0, topic="intake", correlation="test", actor=str(uuid7()),
    )  # fmt: skip
    await Inbox(database, "gateway", handlers_of(app.state.work)).receive([Message(envelope, event.model_dump_json())])
    return client


async def test_a_link_works_once(invited):
    person, link = await invited("therapist-02")
    assert urlsplit(link).path.startswith("/oauth/invitations/")
    await person.accept(link)
    assert len(person.recovery) == 10 and "You are ready" in person.page.text
    page = await person.load(urlsplit(link).path)
    assert page.status_code == 400 and "not good any more" in page.text
    assert "code" in await person.sign_in()


async def test_a_link_lives_for_72_hours(invited, superuser):
    person, link = await invited("therapist-02")
    row = await superuser.fetchrow("SELECT * FROM invitation WHERE user_id = $1::uuid", person.id)
    assert abs((row["expires_at"] - row["created_at"]).total_seconds() - 72 * 3600) < 5
    await superuser.execute("UPDATE invitation SET expires_at = now() - interval '1 s'")
    assert (await person.load(urlsplit(link).path)).status_code == 400


async def test_a_new_link_ends_the_old_one(http, administrator, invited):
    person, old = await invited("therapist-02")
    new = (await http.post(f"/v1/admin/users/{person.id}/invitation", headers=administrator)).json()["link"]
    assert (await person.load(urlsplit(old).path)).status_code == 400
    assert (await person.load(urlsplit(new).path)).status_code == 200


@pytest.mark.parametrize("link", ["x", "{agency}.x", "00000000-0000-0000-0000-000000000000.x", "%00.x"])
async def test_a_guessed_link_is_refused(therapist, link):
    from gateway.rules.clients import agency_id_of

    page = await therapist.load(f"/oauth/invitations/{link.format(agency=agency_id_of(therapist.slug))}")
    assert page.status_code == 400


@pytest.mark.parametrize(
    ("password", "again"),
    [
        ("elevenchars", None),
        ("x" * 129, None),
        ("aaaaaaaaaaaaaaaa", None),
        ("my therapist-02 pass", None),
        ("sample words here", None),
        (PASSWORD, "another one here"),
    ],
)
async def test_a_weak_or_mistyped_password_is_refused_beside_its_field(invited, password, again):
    person, link = await invited("therapist-02")
    await person.load(urlsplit(link).path)
    page = await person.submit(urlsplit(link).path, password=password, again=password if again is None else again)
    assert page.status_code == 422 and 'aria-invalid="true"' in page.text and 'href="#' in page.text
    assert (await person.submit(urlsplit(link).path, password=PASSWORD, again=PASSWORD)).status_code == 200


@pytest.mark.parametrize(
    "password", ["onlysmallletters", "пароль из многих букв", "x y z w v u t 1 2 3", "p" * 60 + "qrstu" * 13]
)
async def test_no_composition_is_asked(invited, password):
    person, link = await invited("therapist-02")
    await person.accept(link, password)
    assert "code" in await person.sign_in(password)


async def test_a_new_link_ends_what_was_before(http, administrator, therapist):
    token = (await therapist.tokens())["refresh_token"]
    old = list(therapist.recovery)
    answer = await http.post(f"/v1/admin/users/{therapist.id}/invitation", headers=administrator)
    await therapist.accept(answer.json()["link"], "eight blue tandems")
    assert (await therapist.refresh(token)).status_code == 400
    await therapist.give_password("eight blue tandems")
    assert (await therapist.submit("/oauth/sign-in", code=old[0])).status_code == 422
    assert (await therapist.give_password(PASSWORD)).status_code == 422


async def test_who_may_invite_whom(http, administrator, front_desk, invited, client_id):
    person, _ = await invited("therapist-02")
    assert (await http.post(f"/v1/admin/users/{person.id}/invitation", headers=front_desk)).status_code == 403
    body = {"client_id": str(client_id), "username": "client-01"}
    assert (await http.post("/v1/client-invitations", json=body, headers=administrator)).status_code == 403
    assert (await http.post("/v1/client-invitations", json=body, headers=front_desk)).status_code == 201


async def test_a_client_is_invited_by_the_front_desk(
    http, administrator, front_desk, person_of, slug, client_id, verified, console
):
    body = {"kind": "client-portal", "redirect_uris": ["https://console.test/signed-in"]}
    assert (await http.post("/v1/admin/sign-in-clients", json=body, headers=administrator)).status_code == 201
    body = {"client_id": str(client_id), "username": "client-01"}
    answer = await http.post("/v1/client-invitations", json=body, headers=front_desk)
    assert answer.status_code == 201, answer.text
    person, portal = person_of("client-01"), f"client-portal:{slug}"
    await person.accept(answer.json()["link"], with_totp=False)
    code = (await person.sign_in(client_id=portal))["code"]
    by = await verified.verify((await person.redeem(code, client_id=portal)).json()["access_token"])
    assert by.roles == {"client_portal"} and by.clients == (client_id,) and by.reach == "own"
    assert "elsewhere" in (await person.give_password()).text


async def test_only_a_registered_client_of_the_agency_is_invited(http, front_desk, database, slug):
    stranger = await told(database, f"other-{uuid7().hex[-12:]}")
    for unknown in (uuid7(), stranger):
        body = {"client_id": str(unknown), "username": "client-02"}
        answer = await http.post("/v1/client-invitations", json=body, headers=front_desk)
        assert answer.status_code == 422 and answer.json()["type"].endswith("client-unknown")


async def test_the_front_desk_cannot_take_an_account_over(
    http, front_desk, person_of, slug, client_id, database, therapist
):
    body = {"client_id": str(client_id), "username": "client-03", "role": "guardian"}
    first = await http.post("/v1/client-invitations", json=body, headers=front_desk)
    second = await http.post("/v1/client-invitations", json=body, headers=front_desk)
    assert (first.status_code, second.status_code) == (201, 201)
    await person_of("client-03").accept(second.json()["link"], with_totp=False)
    assert (await http.post("/v1/client-invitations", json=body, headers=front_desk)).status_code == 409
    other = {"client_id": str(await told(database, slug)), "username": "client-03", "role": "guardian"}
    assert (await http.post("/v1/client-invitations", json=other, headers=front_desk)).status_code == 409
    staff = {"client_id": str(client_id), "username": therapist.username}
    assert (await http.post("/v1/client-invitations", json=staff, headers=front_desk)).status_code == 409
    role = {"client_id": str(client_id), "username": "client-04", "role": "administrator"}
    assert (await http.post("/v1/client-invitations", json=role, headers=front_desk)).status_code == 422


async def test_the_operator_lets_the_first_administrator_in_once(http, operator, person_of, slug, console):
    from gateway.rules.clients import agency_id_of

    path = f"/v1/admin/agencies/{agency_id_of(slug)}/administrator-invitation"
    answer = await http.post(path, headers=operator)
    assert answer.status_code == 201, answer.text
    person = person_of("admin-01")
    await person.accept(answer.json()["link"])
    assert "code" in await person.sign_in()
    assert (await http.post(path, headers=operator)).status_code == 409
    assert (
        await http.post(f"/v1/admin/agencies/{uuid7()}/administrator-invitation", headers=operator)
    ).status_code == 404
