from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

from shared.contracts.authorizations import AuthApproved, AuthUnitConsumed, AuthUnitReserved, AuthUnitReversed
from shared.db import uuid7

AVAILABLE = "SELECT available FROM authorization_fact WHERE id = $1"


async def test_a_reversed_unit_can_be_booked_again(receive: Callable[..., Awaitable[UUID]], superuser: Any) -> None:
    about = {"auth_id": uuid7(), "client_id": uuid7()}
    session = {"appointment_id": uuid7(), "available": 0}
    await receive(AuthApproved(
        **about, request_id=uuid7(), service_kind="individual", valid_from=date(2026, 12, 1),
        valid_until=date(2027, 2, 28), units=1,
    ))  # fmt: skip
    for event in (AuthUnitReserved(**about, **session), AuthUnitConsumed(**about, **session)):
        await receive(event)
        assert await superuser.fetchval(AVAILABLE, about["auth_id"]) == 0
    await receive(AuthUnitReversed(**about, **{**session, "available": 1}))
    assert await superuser.fetchval(AVAILABLE, about["auth_id"]) == 1
