"""Inquiries and the attempts to reach who asked."""

from uuid import UUID

from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import bindparam, select
from sqlmodel import col

from intake.models import ContactAttempt, Inquiry
from intake.rules.inquiries import InquiryStatus

INQUIRY = select(Inquiry).where(col(Inquiry.id) == bindparam("id"))
LOCK_INQUIRY = INQUIRY.with_for_update()
INQUIRIES = select(Inquiry)
INQUIRIES_IN = INQUIRIES.where(col(Inquiry.status) == bindparam("status"))
LOCK_INQUIRIES_OF = (
    select(Inquiry).where(col(Inquiry.client_id) == bindparam("client_id")).order_by(col(Inquiry.id)).with_for_update()
)
ATTEMPTS = select(ContactAttempt).where(col(ContactAttempt.inquiry_id) == bindparam("inquiry_id"))


async def get_inquiry(tx: Transaction, inquiry_id: UUID) -> Inquiry:
    return await tx.fetch_one(Inquiry, INQUIRY, id=inquiry_id)


async def lock_inquiry(tx: Transaction, inquiry_id: UUID) -> Inquiry:
    return await tx.fetch_one(Inquiry, LOCK_INQUIRY, id=inquiry_id)


async def list_inquiries(tx: Transaction, page: PageRequest, status: InquiryStatus | None) -> Page[Inquiry]:
    if status is None:
        return await tx.fetch_page(Inquiry, INQUIRIES, page)
    return await tx.fetch_page(Inquiry, INQUIRIES_IN, page, status=status)


async def lock_inquiries_of(tx: Transaction, client_id: UUID) -> list[Inquiry]:
    return await tx.fetch_all(Inquiry, LOCK_INQUIRIES_OF, client_id=client_id)


async def list_attempts(tx: Transaction, inquiry_id: UUID, page: PageRequest) -> Page[ContactAttempt]:
    return await tx.fetch_page(ContactAttempt, ATTEMPTS, page, inquiry_id=inquiry_id)
