from privacy import DataClass, codings, label_at_write
from shared.auth import Principal
from shared.contracts.intake import InquiryReceived
from shared.db import Transaction

from intake import queries
from intake.models import Inquiry
from intake.rules.access import Level
from intake.schemas.inquiries import NewInquiry
from intake.use_cases.start_access_clock import start_access_clock


async def receive_inquiry(tx: Transaction, new: NewInquiry, *, by: Principal) -> Inquiry:
    """Who says that they are in danger is triaged emergent at once, before anyone has looked."""
    said = new.model_dump(exclude={"callback", "danger_flags"})
    inquiry = Inquiry(
        **said,
        id=tx.new_id("inquiry"),
        received_at=tx.now,
        callback=new.callback.model_dump(),
        danger_flags=[str(flag) for flag in new.danger_flags],
        security_labels=await labels_of(tx, new),
    )
    tx.audit("inquiry.receive", resource=inquiry.id, by=by)
    tx.publish(
        InquiryReceived(
            inquiry_id=inquiry.id,
            clinic_id=inquiry.clinic_id,
            channel=inquiry.channel,
            is_urgent=bool(new.danger_flags),
        )
    )
    if new.danger_flags:
        await start_access_clock(tx, inquiry, level=Level.EMERGENT, by=by)
    return await tx.add(inquiry)


async def labels_of(tx: Transaction, new: NewInquiry) -> list[str]:
    """Who asks for a Part 2 program is a patient of one (42 CFR 2.11)."""
    program = await queries.find_program(tx, new.program_id)
    asked = [program.is_part2 if program else None] if new.program_id else []
    return codings(label_at_write(DataClass.CLINICAL, asked))
