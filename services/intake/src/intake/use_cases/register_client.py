from uuid import UUID

from privacy import DataClass, codings, label_at_write
from shared.auth import Principal
from shared.contracts.intake import ClientDuplicateSuspected, ClientRegistered
from shared.db import Transaction
from shared.errors import Invalid

from intake import errors
from intake.models import Client
from intake.rules.clients import age_band, record_number
from intake.rules.matching import Band, Match, digits, of_band, plain, soundex, undecided
from intake.schemas.clients import DuplicateDecision, NewClient
from intake.use_cases.convert_inquiry import convert_inquiry, lock_for_conversion
from intake.use_cases.find_calendar import find_calendar
from intake.use_cases.find_duplicates import find_duplicates


async def register_client(tx: Transaction, new: NewClient, *, by: Principal) -> Client:
    inquiry = await lock_for_conversion(tx, new.inquiry_id) if new.inquiry_id else None
    today = tx.now.astimezone((await find_calendar(tx, is_needed=False)).zone).date()
    if new.date_of_birth > today:
        raise Invalid("A client is born already.", pointer="/date_of_birth")
    client = client_of(new, tx.new_id("client"))
    matches = await find_duplicates(tx, client)
    refuse_undecided(matches, new.duplicate_decision)
    client.possible_duplicates = [str(match.id) for match in matches]
    client.duplicate_decision = decision_of(tx, new.duplicate_decision, by)
    await tx.add(client)
    await tx.supply(f"client:{client.id}")
    if inquiry is not None:
        await convert_inquiry(tx, inquiry, client_id=client.id)
    tx.audit("client.register", subject=client.id, by=by)
    tx.publish(
        ClientRegistered(client_id=client.id, clinic_id=client.clinic_id, age_band=age_band(new.date_of_birth, today))
    )
    if matches:
        tx.publish(
            ClientDuplicateSuspected(
                suspicion_id=client.id, band=matches[0].band, candidate_ids=tuple(match.id for match in matches)
            )
        )
    return client


def client_of(new: NewClient, client_id: UUID) -> Client:
    said = new.model_dump(exclude={"inquiry_id", "duplicate_decision"})
    return Client(
        **said,
        id=client_id,
        record_number=record_number(client_id),
        birth_year=new.date_of_birth.year,
        last_name_soundex=soundex(new.legal_last_name),
        phone_digits=digits(new.phone) or None,
        member_id_plain=plain(new.member_id) or None,
        security_labels=codings(label_at_write(DataClass.DEMOGRAPHICS, ())),
    )


def refuse_undecided(matches: tuple[Match, ...], decision: DuplicateDecision | None) -> None:
    """A probable duplicate is created only after a person has looked at every candidate."""
    left = undecided(matches, decision.candidate_ids if decision else ())
    if left:
        candidates = of_band(matches, Band.PROBABLE)
        raise errors.ClientDuplicateSuspected(
            "Look at the candidates, then use one of them or send duplicate_decision.",
            candidate_ids=[str(found) for found in candidates],
            band=Band.PROBABLE,
        )


def decision_of(tx: Transaction, decision: DuplicateDecision | None, by: Principal) -> dict[str, object] | None:
    if decision is None:
        return None
    return {**decision.model_dump(mode="json"), "by": str(by.id), "at": tx.now.isoformat()}
