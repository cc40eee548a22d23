from datetime import datetime
from typing import Any
from uuid import UUID

from shared.clock import real_now
from shared.db import Transaction, uuid7
from shared.outbound import Attempt, Outcome

from gateway import queries
from gateway.models import AuditReportEntry
from gateway.rules.audit_reports import NEXT, ReportStatus

IDS = ("actor_id", "resource_id", "consent_id", "on_behalf_of", "grant_id")


async def record_audit_report(tx: Transaction, attempt: Attempt, outcome: Outcome) -> None:
    """Keep what the services answered; from now on the report can be read."""
    report = await queries.lock_report(tx, attempt.subject)
    if ReportStatus.READY not in NEXT[report.status]:
        return
    rows = outcome.facts["rows"]
    await tx.add_all([entry_of(row, report.id) for row in rows])
    report.status, report.ready_at = ReportStatus.READY, real_now()
    report.entries, report.is_cut = len(rows), outcome.facts["is_cut"]
    await tx.save(report)
    tx.audit("audit_report.make", subject=report.client_id, resource=report.id, by=attempt.by)


def entry_of(row: dict[str, Any], report_id: UUID) -> AuditReportEntry:
    """Its id is made in the order of the rows: a list shows the newest first."""
    said = {name: value for name, value in row.items() if name not in ("id", "at", *IDS)}
    ids: dict[str, Any] = {name: UUID(row[name]) if row[name] else None for name in IDS}
    return AuditReportEntry(**said, **ids, id=uuid7(), report_id=report_id, at=datetime.fromisoformat(row["at"]))
