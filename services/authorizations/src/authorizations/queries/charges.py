"""Charges."""

from uuid import UUID

from shared.access import visible
from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlmodel import col, select

from authorizations.models import Charge
from authorizations.queries.statements import BY_CLIENT, BY_ID, ID, ON, TEXT, same
from authorizations.rules.charges import OPEN as OPEN_CHARGES
from authorizations.rules.charges import ChargeStatus

CHARGE = select(Charge).where(col(Charge.id) == BY_ID, visible(col(Charge.client_id)))
CHARGES = select(Charge).where(
    same(col(Charge.client_id), "client_id", ID),
    same(col(Charge.status), "status", TEXT),
    visible(col(Charge.client_id)),
)
LOCK_CHARGE_OF_NOTE = select(Charge).where(col(Charge.note_id) == BY_ID).with_for_update()
STILL_OPEN = col(Charge.status).in_(sorted(OPEN_CHARGES))
LOCK_OPEN_CHARGES = (
    select(Charge).where(col(Charge.client_id) == BY_CLIENT, STILL_OPEN).order_by(col(Charge.id)).with_for_update()
)
LOCK_CHARGES_OF_CLINICIAN = (
    select(Charge).where(col(Charge.rendering_id) == BY_ID, STILL_OPEN).order_by(col(Charge.id)).with_for_update()
)
SAME_DAY = select(Charge).where(
    col(Charge.client_id) == BY_CLIENT,
    col(Charge.service_date) == ON,
    col(Charge.id) != BY_ID,
    col(Charge.status) != ChargeStatus.VOID,
)


async def get_charge(tx: Transaction, charge_id: UUID) -> Charge:
    return await tx.fetch_one(Charge, CHARGE, id=charge_id)


async def list_charges(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, status: str | None
) -> Page[Charge]:
    return await tx.fetch_page(Charge, CHARGES, page, client_id=client_id, status=status)


async def find_charge_of_note(tx: Transaction, note_id: UUID) -> Charge | None:
    return await tx.fetch_optional(Charge, LOCK_CHARGE_OF_NOTE, id=note_id)


async def lock_open_charges(tx: Transaction, client_id: UUID) -> list[Charge]:
    return await tx.fetch_all(Charge, LOCK_OPEN_CHARGES, client_id=client_id)


async def lock_charges_of_clinician(tx: Transaction, clinician_id: UUID) -> list[Charge]:
    return await tx.fetch_all(Charge, LOCK_CHARGES_OF_CLINICIAN, id=clinician_id)


async def list_same_day(tx: Transaction, charge: Charge) -> list[Charge]:
    return await tx.fetch_all(Charge, SAME_DAY, client_id=charge.client_id, on=charge.service_date, id=charge.id)
