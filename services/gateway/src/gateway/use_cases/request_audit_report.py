from shared.auth import Principal
from shared.db import Transaction

from gateway.errors import SpanRefused
from gateway.models import AuditReport
from gateway.rules.audit_reports import is_askable
from gateway.schemas.audit_reports import NewAuditReport

KIND = "audit_report"


async def request_audit_report(tx: Transaction, new: NewAuditReport, *, by: Principal) -> AuditReport:
    """Begin to gather who looked; the report is ready when every service has answered."""
    if not is_askable(new.since, new.until):
        raise SpanRefused("Send a since before an until, six years apart at most.", pointer="/until")
    report = await tx.add(AuditReport(**new.model_dump(), id=tx.new_id("report"), requested_by=by.id))
    asked = {"client_id": new.client_id, "since": new.since.isoformat(), "until": new.until.isoformat()}
    await tx.send(KIND, subject=report.id, payload=asked)
    tx.audit("audit_report.request", subject=new.client_id, resource=report.id, by=by)
    return report
