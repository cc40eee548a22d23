from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import Tx, leaving
from shared.pagination import Page, Paging

from gateway.models import AuditReport, AuditReportEntry
from gateway.schemas.audit_reports import AuditEntryOut, AuditReportOut, NewAuditReport
from gateway.scopes import CanReadAuditReports, CanWriteAuditReports
from gateway.use_cases.read_audit_report import read_audit_entries, read_audit_report
from gateway.use_cases.request_audit_report import request_audit_report

router = APIRouter(prefix="/v1/audit-reports", tags=["audit-reports"], route_class=leaving(DataClass.DEMOGRAPHICS))


@router.post("", response_model=AuditReportOut, status_code=202)
async def post_audit_report(new: NewAuditReport, tx: Tx, by: CanWriteAuditReports) -> AuditReport:
    """Ask who looked at a client's record. Every service is asked; read the report until it is ready."""
    return await request_audit_report(tx, new, by=by)


@router.get("/{report_id}", response_model=AuditReportOut)
async def get_audit_report(report_id: UUID, tx: Tx, by: CanReadAuditReports) -> AuditReport:
    """Whether a report is ready, and how much it holds."""
    return await read_audit_report(tx, report_id, by=by)


@router.get("/{report_id}/entries", response_model=Page[AuditEntryOut])
async def list_audit_entries(report_id: UUID, tx: Tx, by: CanReadAuditReports, page: Paging) -> Page[AuditReportEntry]:
    """Who did what with the client's record, newest first."""
    return await read_audit_entries(tx, report_id, page=page, by=by)
