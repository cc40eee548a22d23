"""A guardian's account follows what intake tells of whom it stands for."""

from datetime import date

import pytest
from gateway.models import SignInSession, UserAccount
from gateway.rules.sessions import EndReason
from shared.auth import Principal
from shared.clock import real_now
from shared.contracts.intake import GuardianshipBegan, GuardianshipEnded
from shared.db import uuid7


@pytest.fixture
def account(database, agency):
    """account(role, clients…) → the id of an account of the agency that is signed in, with its session."""

    async def make(role, *clients, is_active=True):
        async with database.transaction(Principal.system("gateway", agency_id=agency)) as tx:
            user = await tx.add(
                UserAccount(
                    username=f"u{uuid7().hex[-12:]}",
                    roles=[role],
                    clinic_ids=[],
                    client_ids=[*clients],
                    is_active=is_active,
                )
            )
            now = real_now()
            times = {"started_at": now, "used_at": now, "idle_until": now, "expires_at": now}
            session = await tx.add(SignInSession(user_id=user.id, client_id="client-portal:sample", scopes=[], **times))
        return user.id, session.id

    return make


@pytest.fixture
def of(superuser):
    async def read(user, session):
        clients = await superuser.fetchval("SELECT client_ids FROM user_account WHERE id = $1", user)
        return clients, await superuser.fetchval("SELECT end_reason FROM sign_in_session WHERE id = $1", session)

    return read


def began(guardian, client, guardianship=None):
    ids = {"guardianship_id": guardianship or uuid7(), "client_id": client, "guardian_id": guardian}
    return GuardianshipBegan(**ids, starts_on=date(2026, 11, 1))


def ended(guardian, client, guardianship=None):
    return GuardianshipEnded(guardianship_id=guardianship or uuid7(), client_id=client, guardian_id=guardian)


async def test_a_second_child_is_named_without_another_entry(receive, account, of):
    first, second = sorted((uuid7(), uuid7()))
    guardian, session = await account("guardian", first)
    event = began(guardian, second)
    told = await receive(event)
    await receive(event, id=told)
    await receive(began(guardian, first))
    assert await of(guardian, session) == ([first, second], None)


async def test_what_ended_is_named_no_more_and_signs_out(receive, account, of, superuser, agency):
    first, second = sorted((uuid7(), uuid7()))
    guardian, session = await account("guardian", first, second)
    other, stays = await account("guardian", first)
    await receive(ended(guardian, first))
    assert await of(guardian, session) == ([second], EndReason.GUARDIANSHIP_ENDED)
    assert await of(other, stays) == ([first], None)
    out = "SELECT count(*) FROM signed_out WHERE agency_id = $1 AND subject = $2"
    assert await superuser.fetchval(out, agency, session) == 1
    await receive(ended(guardian, second))
    assert (await of(guardian, session))[0] == []
    await receive(began(guardian, first))
    assert (await of(guardian, session))[0] == [first]


async def test_an_account_that_is_deactivated_keeps_no_ended_reach(receive, account, of):
    client = uuid7()
    guardian, session = await account("guardian", client, is_active=False)
    await receive(ended(guardian, client))
    assert (await of(guardian, session))[0] == []


@pytest.mark.parametrize("role", ["therapist", "client_portal"])
async def test_no_other_account_is_given_a_client(receive, account, of, role):
    own = [uuid7()] if role == "client_portal" else []
    user, session = await account(role, *own)
    await receive(began(user, uuid7()))
    for client in own:
        await receive(ended(user, client))
    assert await of(user, session) == (own, None)
