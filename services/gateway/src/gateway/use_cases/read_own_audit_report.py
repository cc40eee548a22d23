from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.errors import NotFound
from shared.pagination import Page, PageRequest

from gateway import queries
from gateway.models import AuditReport, AuditReportEntry
from gateway.schemas.audit_reports import LookOut, NewAuditReport
from gateway.use_cases.request_audit_report import request_audit_report

NAMELESS = "somebody whose account is no more"


async def request_own_audit_report(tx: Transaction, new: NewAuditReport, *, by: Principal) -> AuditReport:
    if new.client_id not in by.clients:
        raise NotFound()
    return await request_audit_report(tx, new, by=by)


async def read_own_audit_report(tx: Transaction, report_id: UUID, *, by: Principal) -> AuditReport:
    report = await queries.get_own_report(tx, report_id)
    tx.audit("audit_report.read", subject=report.client_id, resource=report.id, by=by)
    return report


async def read_looks(tx: Transaction, report_id: UUID, *, page: PageRequest, by: Principal) -> Page[LookOut]:
    """Who looked, by name and role: the person or app for whom a service asked, not the service."""
    report = await read_own_audit_report(tx, report_id, by=by)
    found = await queries.list_looks(tx, report.id, page)
    names = await queries.list_names(tx, [looked(row) for row in found.items])
    shown = [look_of(row, names) for row in found.items]
    return Page[LookOut](items=shown, next_cursor=found.next_cursor)


def looked(row: AuditReportEntry) -> UUID:
    return row.on_behalf_of or row.actor_id


def look_of(row: AuditReportEntry, names: dict[UUID, str]) -> LookOut:
    return LookOut.model_validate({**row.model_dump(), "who": names.get(looked(row), NAMELESS)})
