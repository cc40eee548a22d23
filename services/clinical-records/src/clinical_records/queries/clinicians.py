"""Clinicians, their credentials and supervision, as workforce tells of them."""

from datetime import date
from uuid import UUID

from shared.db import Transaction
from sqlalchemy import Date, bindparam, or_, select
from sqlmodel import col

from clinical_records.models import Clinician, Credential, Supervision
from clinical_records.queries.statements import bare, uuid
from clinical_records.rules.signing import Validity

CLINICIAN = bare(Clinician)
CREDENTIALS = select(Credential).where(col(Credential.clinician_id) == uuid("clinician_id"))
SUPERVISOR = (
    select(Supervision)
    .where(
        col(Supervision.supervisee_id) == uuid("supervisee_id"),
        col(Supervision.starts_on) <= bindparam("day", type_=Date),
        or_(
            col(Supervision.ends_on).is_(None),
            col(Supervision.ends_on) >= bindparam("day", type_=Date),
        ),
    )
    .order_by(col(Supervision.starts_on).desc(), col(Supervision.id).desc())
    .limit(1)
)
SUPERVISED_EVER = select(Supervision).where(col(Supervision.supervisee_id) == uuid("supervisee_id")).limit(1)


async def find_clinician(tx: Transaction, clinician_id: UUID) -> Clinician | None:
    return await tx.fetch_optional(Clinician, CLINICIAN, id=clinician_id)


async def list_validities(tx: Transaction, clinician_id: UUID) -> tuple[Validity, ...]:
    found = await tx.fetch_all(Credential, CREDENTIALS, clinician_id=clinician_id)
    return tuple(Validity(c.issued_on, c.expires_on) for c in found)


async def find_supervisor(tx: Transaction, supervisee_id: UUID, day: date) -> UUID | None:
    """Who supervised this person on that day."""
    found = await tx.fetch_optional(Supervision, SUPERVISOR, supervisee_id=supervisee_id, day=day)
    return found.supervisor_id if found else None


async def was_ever_supervised(tx: Transaction, supervisee_id: UUID) -> bool:
    return await tx.fetch_optional(Supervision, SUPERVISED_EVER, supervisee_id=supervisee_id) is not None
