from uuid import UUID

from shared.auth import Principal
from shared.contracts.authorizations import (
    AuthExhausted,
    AuthUnitConsumed,
    AuthUnitReleased,
    AuthUnitReserved,
    AuthUnitReversed,
    AuthUnitsLow,
)
from shared.db import Transaction

from authorizations.models import Authorization
from authorizations.rules.authorizations import AuthorizationStatus
from authorizations.rules.units import EntryKind, balance_of, is_low
from authorizations.use_cases.open_task import open_task

Moved = type[AuthUnitReserved] | type[AuthUnitReleased] | type[AuthUnitConsumed] | type[AuthUnitReversed]
EVENTS: dict[EntryKind, Moved] = {
    EntryKind.RESERVE: AuthUnitReserved,
    EntryKind.RELEASE: AuthUnitReleased,
    EntryKind.CONSUME: AuthUnitConsumed,
    EntryKind.REVERSE: AuthUnitReversed,
}


async def tell_units(
    tx: Transaction, authorization: Authorization, appointment_id: UUID, *, kind: EntryKind, by: Principal
) -> None:
    """Publish the movement, once when consumption has left few units, and when it took the last one."""
    about = {"auth_id": authorization.id, "client_id": authorization.client_id}
    tx.publish(EVENTS[kind](**about, appointment_id=appointment_id, available=authorization.available))
    balance = balance_of(authorization)
    if kind is EntryKind.CONSUME and is_low(balance) and not authorization.is_low:
        authorization.is_low = True
        tx.publish(AuthUnitsLow(**about, remaining=balance.remaining))
        await open_task(tx, "ur_units_low", subject_id=authorization.id, client_id=authorization.client_id, by=by)
    if kind is EntryKind.REVERSE and not is_low(balance):
        authorization.is_low = False
    if kind is EntryKind.CONSUME and authorization.status is AuthorizationStatus.EXHAUSTED:
        tx.publish(AuthExhausted(**about, valid_until=authorization.valid_until))
