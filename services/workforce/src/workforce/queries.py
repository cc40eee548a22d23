"""Every select, and who may see which rows.

Clinicians and their credentials belong to the agency. Supervision is seen by the two whom it binds, and by who
oversees. A task is one's own (by name, or by role at one's clinics), or that of a client whom one may see; one without
a client and not one's own is for who oversees.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from shared.access import visible
from shared.auth import ALL_CLINICS, Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col, select

from workforce.models import Agency, Clinician, Credential, SupervisionAssignment, SupervisionSession, Task
from workforce.rules.credentials import LIVE, CredentialStatus, CredentialType
from workforce.rules.tasks import TaskStatus, oversees

TEXT, ID, FLAG = sa.String(), sa.Uuid(), sa.Boolean()
BY_ID = sa.bindparam("id", type_=ID)
ME = sa.bindparam("me", type_=ID)
OVERSEES = sa.bindparam("oversees", type_=FLAG)


def same(column: Any, name: str, kind: Any) -> sa.ColumnElement[bool]:
    """A filter of a list: left out when the parameter is None."""
    wanted = sa.bindparam(name, type_=kind)
    return sa.or_(wanted.is_(None), column == wanted)


def bound(model: type[SupervisionAssignment | SupervisionSession]) -> sa.ColumnElement[bool]:
    """The two whom a supervision binds, and who oversees."""
    return sa.or_(col(model.supervisee_id) == ME, col(model.supervisor_id) == ME, OVERSEES)


AGENCY = select(Agency)
NEW_ZONE = sa.bindparam("new_zone", type_=TEXT)
CLINICIAN = select(Clinician).where(col(Clinician.id) == BY_ID)
LOCK_CLINICIAN = CLINICIAN.with_for_update()
CLINICIANS = select(Clinician)
CREDENTIAL = select(Credential).where(col(Credential.id) == BY_ID)
LOCK_CREDENTIAL = CREDENTIAL.with_for_update()
CREDENTIALS = select(Credential).where(
    same(col(Credential.clinician_id), "clinician_id", ID), same(col(Credential.status), "status", TEXT)
)
LIVE_TYPES = sa.select(col(Credential.type)).where(
    col(Credential.clinician_id) == BY_ID, col(Credential.status).in_(sorted(LIVE))
)

ASSIGNMENT_OF = select(SupervisionAssignment).where(col(SupervisionAssignment.id) == BY_ID)
ASSIGNMENT = ASSIGNMENT_OF.where(bound(SupervisionAssignment))
LOCK_ASSIGNMENT = ASSIGNMENT.with_for_update()
LOCK_ANY_ASSIGNMENT = ASSIGNMENT_OF.with_for_update()
ASSIGNMENTS = select(SupervisionAssignment).where(
    same(col(SupervisionAssignment.supervisee_id), "supervisee_id", ID),
    same(col(SupervisionAssignment.supervisor_id), "supervisor_id", ID),
    bound(SupervisionAssignment),
)
LOCK_SESSION = (
    select(SupervisionSession)
    .where(
        col(SupervisionSession.id) == BY_ID,
        sa.or_(col(SupervisionSession.supervisee_id) == ME, col(SupervisionSession.supervisor_id) == ME),
    )
    .with_for_update()
)
SESSIONS = select(SupervisionSession).where(
    same(col(SupervisionSession.assignment_id), "assignment_id", ID), bound(SupervisionSession)
)

AT_MY_CLINICS = sa.or_(
    col(Task.clinic_id).is_(None),
    sa.bindparam("all_clinics", type_=FLAG),
    col(Task.clinic_id) == sa.any_(sa.bindparam("clinics", type_=ARRAY(sa.Uuid()))),
)
MINE = sa.or_(
    col(Task.assignee_id) == ME,
    sa.and_(col(Task.role) == sa.any_(sa.bindparam("roles", type_=ARRAY(sa.String()))), AT_MY_CLINICS),
)
OF_MY_CLIENT = sa.and_(col(Task.client_id).is_not(None), visible(col(Task.client_id)))
OF_NO_CLIENT = sa.and_(col(Task.client_id).is_(None), AT_MY_CLINICS, OVERSEES)
SEEN = sa.or_(MINE, OF_MY_CLIENT, OF_NO_CLIENT)

TASK = select(Task).where(col(Task.id) == BY_ID, SEEN)
LOCK_TASK = select(Task).where(col(Task.id) == BY_ID, sa.or_(MINE, sa.and_(OVERSEES, SEEN))).with_for_update()
TASK_OF = select(Task).where(col(Task.id) == BY_ID)
LOCK_ANY_TASK = TASK_OF.with_for_update()
TASKS = select(Task).where(
    same(col(Task.status), "status", TEXT),
    same(col(Task.client_id), "client_id", ID),
    sa.or_(MINE, sa.and_(sa.not_(sa.bindparam("mine", type_=FLAG)), sa.or_(OF_MY_CLIENT, OF_NO_CLIENT))),
)


def whose(by: Principal) -> dict[str, Any]:
    """What a task is held against: the caller's name, roles and clinics."""
    clinics = [UUID(clinic) for clinic in by.clinics if clinic != ALL_CLINICS]
    return {
        "me": by.id,
        "roles": sorted(by.roles),
        "clinics": clinics,
        "all_clinics": ALL_CLINICS in by.clinics,
        "oversees": oversees(by.roles),
    }


async def get_zone(tx: Transaction) -> str:
    """The agency's zone; UTC until the gateway has told it."""
    agency = await tx.fetch_optional(Agency, AGENCY)
    return agency.timezone if agency else "UTC"


async def get_clinician(tx: Transaction, clinician_id: UUID) -> Clinician:
    return await tx.fetch_one(Clinician, CLINICIAN, id=clinician_id)


async def lock_clinician(tx: Transaction, clinician_id: UUID) -> Clinician:
    return await tx.fetch_one(Clinician, LOCK_CLINICIAN, id=clinician_id)


async def list_clinicians(tx: Transaction, page: PageRequest) -> Page[Clinician]:
    return await tx.fetch_page(Clinician, CLINICIANS, page)


async def get_credential(tx: Transaction, credential_id: UUID) -> Credential:
    return await tx.fetch_one(Credential, CREDENTIAL, id=credential_id)


async def lock_credential(tx: Transaction, credential_id: UUID) -> Credential:
    return await tx.fetch_one(Credential, LOCK_CREDENTIAL, id=credential_id)


async def list_credentials(
    tx: Transaction, page: PageRequest, *, clinician_id: UUID | None, status: CredentialStatus | None
) -> Page[Credential]:
    return await tx.fetch_page(Credential, CREDENTIALS, page, clinician_id=clinician_id, status=status)


async def list_live_types(tx: Transaction, clinician_id: UUID) -> Sequence[CredentialType]:
    return [row.type for row in await tx.rows(LIVE_TYPES, id=clinician_id)]


async def get_assignment(tx: Transaction, assignment_id: UUID) -> SupervisionAssignment:
    return await tx.fetch_one(
        SupervisionAssignment, ASSIGNMENT, id=assignment_id, me=tx.by.id, oversees=oversees(tx.by.roles)
    )


async def lock_assignment(tx: Transaction, assignment_id: UUID) -> SupervisionAssignment:
    return await tx.fetch_one(
        SupervisionAssignment, LOCK_ASSIGNMENT, id=assignment_id, me=tx.by.id, oversees=oversees(tx.by.roles)
    )


async def lock_any_assignment(tx: Transaction, assignment_id: UUID) -> SupervisionAssignment:
    return await tx.fetch_one(SupervisionAssignment, LOCK_ANY_ASSIGNMENT, id=assignment_id)


async def list_assignments(
    tx: Transaction, page: PageRequest, *, supervisee_id: UUID | None, supervisor_id: UUID | None
) -> Page[SupervisionAssignment]:
    return await tx.fetch_page(
        SupervisionAssignment,
        ASSIGNMENTS,
        page,
        supervisee_id=supervisee_id,
        supervisor_id=supervisor_id,
        me=tx.by.id,
        oversees=oversees(tx.by.roles),
    )


async def lock_session(tx: Transaction, session_id: UUID) -> SupervisionSession:
    return await tx.fetch_one(SupervisionSession, LOCK_SESSION, id=session_id, me=tx.by.id)


async def list_sessions(tx: Transaction, page: PageRequest, *, assignment_id: UUID | None) -> Page[SupervisionSession]:
    return await tx.fetch_page(
        SupervisionSession, SESSIONS, page, assignment_id=assignment_id, me=tx.by.id, oversees=oversees(tx.by.roles)
    )


async def get_task(tx: Transaction, task_id: UUID) -> Task:
    return await tx.fetch_one(Task, TASK, id=task_id, **whose(tx.by))


async def lock_task(tx: Transaction, task_id: UUID) -> Task:
    return await tx.fetch_one(Task, LOCK_TASK, id=task_id, **whose(tx.by))


async def find_task(tx: Transaction, task_id: UUID) -> Task | None:
    return await tx.fetch_optional(Task, TASK_OF, id=task_id)


async def lock_any_task(tx: Transaction, task_id: UUID) -> Task | None:
    return await tx.fetch_optional(Task, LOCK_ANY_TASK, id=task_id)


async def list_tasks(
    tx: Transaction, page: PageRequest, *, mine: bool, status: TaskStatus | None, client_id: UUID | None
) -> Page[Task]:
    return await tx.fetch_page(Task, TASKS, page, mine=mine, status=status, client_id=client_id, **whose(tx.by))
