"""Audit reports, their entries and the names in them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.access import visible
from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import Uuid, all_, any_, bindparam, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col

from gateway.models import AuditReport, AuditReportEntry, PartnerApp, UserAccount
from gateway.rules.audit_reports import NO_LOOKS, SYSTEM

IDS: Any = any_(bindparam("ids", type_=ARRAY(Uuid)))
REPORT = select(AuditReport).where(col(AuditReport.id) == bindparam("report_id"))
REPORT_LOCKED = REPORT.with_for_update()
REPORTS = select(AuditReport)
OWN_REPORT = REPORT.where(visible(AuditReport.client_id), col(AuditReport.requested_by) == bindparam("requested_by"))
ENTRIES = select(AuditReportEntry).where(col(AuditReportEntry.report_id) == bindparam("report_id"))
LOOKS = ENTRIES.where(
    col(AuditReportEntry.action).not_in(sorted(NO_LOOKS)),
    or_(col(AuditReportEntry.on_behalf_of).is_not(None), literal(SYSTEM) != all_(col(AuditReportEntry.roles))),
)
USERS_AMONG = select(UserAccount).where(col(UserAccount.id) == IDS)
APPS_AMONG = select(PartnerApp).where(col(PartnerApp.id) == IDS)


async def get_report(tx: Transaction, report_id: UUID) -> AuditReport:
    return await tx.fetch_one(AuditReport, REPORT, report_id=report_id)


async def get_own_report(tx: Transaction, report_id: UUID) -> AuditReport:
    """One that the caller asked for, about a client for whom the caller acts."""
    return await tx.fetch_one(AuditReport, OWN_REPORT, report_id=report_id, requested_by=tx.by.id)


async def lock_report(tx: Transaction, report_id: UUID) -> AuditReport:
    return await tx.fetch_one(AuditReport, REPORT_LOCKED, report_id=report_id)


async def list_reports(tx: Transaction, page: PageRequest) -> Page[AuditReport]:
    return await tx.fetch_page(AuditReport, REPORTS, page)


async def list_entries(tx: Transaction, report_id: UUID, page: PageRequest) -> Page[AuditReportEntry]:
    return await tx.fetch_page(AuditReportEntry, ENTRIES, page, report_id=report_id)


async def list_looks(tx: Transaction, report_id: UUID, page: PageRequest) -> Page[AuditReportEntry]:
    """Entries of people and partner apps, without what services do for themselves."""
    return await tx.fetch_page(AuditReportEntry, LOOKS, page, report_id=report_id)


async def list_names(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What users and partner apps are called."""
    users = await tx.fetch_all(UserAccount, USERS_AMONG, ids=list(ids))
    apps = await tx.fetch_all(PartnerApp, APPS_AMONG, ids=list(ids))
    return {user.id: user.username for user in users} | {app.id: app.name for app in apps}
