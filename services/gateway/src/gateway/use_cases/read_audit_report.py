from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from gateway import queries
from gateway.models import AuditReport, AuditReportEntry


async def read_audit_report(tx: Transaction, report_id: UUID, *, by: Principal) -> AuditReport:
    report = await queries.get_report(tx, report_id)
    tx.audit("audit_report.read", subject=report.client_id, resource=report.id, by=by)
    return report


async def read_audit_entries(
    tx: Transaction, report_id: UUID, *, page: PageRequest, by: Principal
) -> Page[AuditReportEntry]:
    report = await read_audit_report(tx, report_id, by=by)
    return await queries.list_entries(tx, report.id, page)
