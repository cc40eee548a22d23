"""The gateway's share of the corner of those who are cared for: who looked."""

from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import Tx, leaving
from shared.pagination import Page, Paging

from gateway.models import AuditReport
from gateway.schemas.audit_reports import AuditReportOut, LookOut, NewAuditReport
from gateway.scopes import CanReadOwnRecords
from gateway.use_cases.read_own_audit_report import read_looks, read_own_audit_report, request_own_audit_report

router = APIRouter(prefix="/v1/me/audit-reports", tags=["me"], route_class=leaving(DataClass.CLINICAL))


@router.post("", response_model=AuditReportOut, status_code=202)
async def post_my_audit_report(new: NewAuditReport, tx: Tx, by: CanReadOwnRecords) -> AuditReport:
    """Ask who looked at my record. Every service is asked; read the report until it is ready."""
    return await request_own_audit_report(tx, new, by=by)


@router.get("/{report_id}", response_model=AuditReportOut)
async def get_my_audit_report(report_id: UUID, tx: Tx, by: CanReadOwnRecords) -> AuditReport:
    """Whether a report that I asked for is ready."""
    return await read_own_audit_report(tx, report_id, by=by)


@router.get("/{report_id}/entries", response_model=Page[LookOut])
async def list_my_looks(report_id: UUID, tx: Tx, by: CanReadOwnRecords, page: Paging) -> Page[LookOut]:
    """Who looked at what and why, newest first."""
    return await read_looks(tx, report_id, page=page, by=by)
