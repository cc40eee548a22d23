from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import EdgeRoute, Tx, leaving
from shared.pagination import Page, Paging

from intake.models import ContactAttempt, Inquiry
from intake.rules.inquiries import InquiryStatus
from intake.schemas.inquiries import (
    ContactAttemptOut,
    InquiryClosure,
    InquiryOut,
    InquiryReceipt,
    InquiryTriage,
    NewContactAttempt,
    NewInquiry,
)
from intake.scopes import CanCreateInquiries, CanReadInquiries, CanWriteInquiries
from intake.use_cases.close_inquiry import close_inquiry
from intake.use_cases.read_contact_attempts import read_contact_attempts
from intake.use_cases.read_inquiries import read_inquiries
from intake.use_cases.read_inquiry import read_inquiry
from intake.use_cases.receive_inquiry import receive_inquiry
from intake.use_cases.record_contact_attempt import record_contact_attempt
from intake.use_cases.triage_inquiry import triage_inquiry

receipts = APIRouter(prefix="/v1/inquiries", tags=["inquiries"], route_class=EdgeRoute)
router = APIRouter(prefix="/v1/inquiries", tags=["inquiries"], route_class=leaving(DataClass.CLINICAL))


@receipts.post("", response_model=InquiryReceipt, status_code=201)
async def post_inquiry(new: NewInquiry, tx: Tx, by: CanCreateInquiries) -> Inquiry:
    """Ask for help. Who is in danger is told at once where help is now, and triaged emergent."""
    return await receive_inquiry(tx, new, by=by)


@router.get("", response_model=Page[InquiryOut])
async def list_inquiries(
    tx: Tx, by: CanReadInquiries, page: Paging, status: InquiryStatus | None = None
) -> Page[Inquiry]:
    """List inquiries, newest first."""
    return await read_inquiries(tx, page, status=status, by=by)


@router.get("/{inquiry_id}", response_model=InquiryOut)
async def get_inquiry(inquiry_id: UUID, tx: Tx, by: CanReadInquiries) -> Inquiry:
    """Read an inquiry."""
    return await read_inquiry(tx, inquiry_id, by=by)


@router.post("/{inquiry_id}/triage", response_model=InquiryOut)
async def post_inquiry_triage(inquiry_id: UUID, triage: InquiryTriage, tx: Tx, by: CanWriteInquiries) -> Inquiry:
    """Set how soon the person must be seen, and start the clock."""
    return await triage_inquiry(tx, inquiry_id, level=triage.level, by=by)


@router.get("/{inquiry_id}/contact-attempts", response_model=Page[ContactAttemptOut])
async def list_contact_attempts(inquiry_id: UUID, tx: Tx, by: CanReadInquiries, page: Paging) -> Page[ContactAttempt]:
    """List the attempts to reach the person."""
    return await read_contact_attempts(tx, inquiry_id, page=page, by=by)


@router.post("/{inquiry_id}/contact-attempts", response_model=ContactAttemptOut, status_code=201)
async def post_contact_attempt(
    inquiry_id: UUID, attempt: NewContactAttempt, tx: Tx, by: CanWriteInquiries
) -> ContactAttempt:
    """Record an attempt to reach the person; one that reached makes the inquiry contacted."""
    return await record_contact_attempt(tx, inquiry_id, attempt=attempt, by=by)


@router.post("/{inquiry_id}/closure", response_model=InquiryOut)
async def post_inquiry_closure(inquiry_id: UUID, closure: InquiryClosure, tx: Tx, by: CanWriteInquiries) -> Inquiry:
    """Close an inquiry with its reason; an emergent one with its disposition."""
    return await close_inquiry(tx, inquiry_id, closure=closure, by=by)
