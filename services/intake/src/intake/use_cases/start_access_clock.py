from datetime import datetime

from shared.auth import Principal
from shared.contracts.intake import InquiryTriaged
from shared.contracts.tasks import TaskOpened
from shared.db import Transaction

from intake import queries
from intake.models import Inquiry
from intake.rules.access import DEFAULT_SET, STANDARDS, Level, Unit, due_at, has_clock
from intake.rules.inquiries import TASKS, InquiryStatus
from intake.use_cases.find_calendar import find_calendar


async def start_access_clock(tx: Transaction, inquiry: Inquiry, *, level: Level, by: Principal) -> None:
    """Set the level on the row (the caller keeps it), start both clocks, and make first contact someone's duty."""
    program = await queries.find_program(tx, inquiry.program_id)
    standards = STANDARDS[program.access_standard if program else DEFAULT_SET]
    standard = standards.levels[level]
    calendar = await find_calendar(tx, is_needed=standard.unit is Unit.BUSINESS_DAYS)
    due = due_at(standard, inquiry.received_at, calendar)
    inquiry.status, inquiry.level, inquiry.triaged_at = InquiryStatus.TRIAGED, level, tx.now
    inquiry.standard_code, inquiry.due_at, inquiry.task_id = standard.code, due, tx.new_id("task")
    if has_clock(standard):
        await tx.start_timer("triage_due", subject=inquiry.id, due_at=due)
    comprehensive = due_at(standards.comprehensive, inquiry.received_at, calendar)
    await tx.start_timer("comprehensive_due", subject=inquiry.id, due_at=comprehensive)
    tx.audit("inquiry.triage", subject=inquiry.client_id, resource=inquiry.id, by=by)
    tell_triaged(tx, inquiry, TASKS[level], due)


def tell_triaged(tx: Transaction, inquiry: Inquiry, kind: str, due: datetime) -> None:
    tx.publish(InquiryTriaged(inquiry_id=inquiry.id, clinic_id=inquiry.clinic_id, level=str(inquiry.level), due_at=due))
    tx.publish(
        TaskOpened(
            task_id=inquiry.task_id or inquiry.id,
            kind=kind,
            subject_id=inquiry.id,
            clinic_id=inquiry.clinic_id,
            role="intake_coordinator",
            due_at=due,
            rule=str(inquiry.standard_code),
        )
    )
