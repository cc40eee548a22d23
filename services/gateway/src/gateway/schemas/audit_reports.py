"""Audit reports and their entries."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime
from shared.schemas import In, Out

from gateway.rules.audit_reports import ReportStatus


class NewAuditReport(In):
    """Whose record, and when it was looked at: from `since` to before `until`, six years at most."""

    client_id: UUID
    since: AwareDatetime
    until: AwareDatetime


class AuditReportOut(Out):
    """`entries` counts them once the report is ready; `is_cut` says that there were more than it holds."""

    id: UUID
    client_id: UUID
    since: datetime
    until: datetime
    status: ReportStatus
    requested_by: UUID
    ready_at: datetime | None
    entries: int
    is_cut: bool
    version: int


class LookOut(Out):
    """Who looked at what and why: by the name of the account or app, in which role. `code`: the rule that decided."""

    id: UUID
    service: str
    at: datetime
    who: str
    roles: list[str]
    action: str
    resource_id: UUID | None
    purpose: str
    outcome: str
    code: str | None
    consent_id: UUID | None


class AuditEntryOut(Out):
    """Who did what, for what purpose, by which consent, and how it ended."""

    id: UUID
    service: str
    at: datetime
    actor_id: UUID
    actor_client: str
    roles: list[str]
    action: str
    resource_id: UUID | None
    purpose: str
    outcome: str
    code: str | None
    consent_id: UUID | None
    request_id: str
    on_behalf_of: UUID | None
    caused_by: str | None
    grant_id: UUID | None
