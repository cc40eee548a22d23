"""Every statement of intake."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.access import visible
from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import Uuid, any_, bindparam, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col

from intake.models import (
    AgencyCalendar,
    Client,
    Clinic,
    Consent,
    ContactAttempt,
    Disclosure,
    DisclosurePolicy,
    Episode,
    Guardianship,
    Inquiry,
    KeyDestruction,
    LegalHold,
    Program,
    Restriction,
)
from intake.rules.clients import ClientStatus
from intake.rules.consents import DISCLOSURE_TYPES, ConsentStatus, ConsentType, ExpiryEvent, SignerRole
from intake.rules.episodes import IN_CARE, OPEN, EpisodeStatus
from intake.rules.holds import HoldStatus
from intake.rules.inquiries import InquiryStatus

MOST_CANDIDATES = 500
IDS: Any = any_(bindparam("ids", type_=ARRAY(Uuid())))

INQUIRY = select(Inquiry).where(col(Inquiry.id) == bindparam("id"))
LOCK_INQUIRY = INQUIRY.with_for_update()
INQUIRIES = select(Inquiry)
INQUIRIES_IN = INQUIRIES.where(col(Inquiry.status) == bindparam("status"))
LOCK_INQUIRIES_OF = (
    select(Inquiry).where(col(Inquiry.client_id) == bindparam("client_id")).order_by(col(Inquiry.id)).with_for_update()
)
ATTEMPTS = select(ContactAttempt).where(col(ContactAttempt.inquiry_id) == bindparam("inquiry_id"))

CLIENT = select(Client).where(col(Client.id) == bindparam("id"), visible(Client.id))
LOCK_CLIENT = CLIENT.with_for_update()
CLIENTS = select(Client).where(visible(Client.id))
CLIENTS_AMONG = CLIENTS.where(col(Client.id) == IDS)
LOCK_IDENTITY = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 24))")
# Deliberately without `visible`: a duplicate must be found whoever registers. Only ids leave.
CANDIDATES = (
    select(Client)
    .where(
        or_(
            col(Client.date_of_birth) == bindparam("date_of_birth"),
            (col(Client.last_name_soundex) == bindparam("soundex")) & (col(Client.birth_year) == bindparam("year")),
            col(Client.phone_digits) == bindparam("phone"),
            col(Client.member_id_plain) == bindparam("member_id"),
        ),
        col(Client.status) != ClientStatus.MERGED_INTO,
    )
    .order_by(col(Client.id))
    .limit(MOST_CANDIDATES)
)

CONSENT = select(Consent).where(col(Consent.id) == bindparam("id"), visible(Consent.client_id))
LOCK_CONSENT = CONSENT.with_for_update()
CONSENTS = select(Consent).where(visible(Consent.client_id), col(Consent.client_id) == bindparam("client_id"))
IN_FORCE = (
    select(Consent)
    .where(
        col(Consent.client_id) == bindparam("client_id"),
        col(Consent.type) == bindparam("type"),
        col(Consent.status) == ConsentStatus.ACTIVE,
        col(Consent.effective_from) <= bindparam("at"),
        or_(col(Consent.expires_at).is_(None), col(Consent.expires_at) > bindparam("at")),
    )
    .order_by(col(Consent.id))
    .limit(1)
)
DISCLOSURE_CONSENTS = select(Consent).where(
    col(Consent.client_id) == IDS,
    col(Consent.status) == ConsentStatus.ACTIVE,
    col(Consent.type).in_(sorted(DISCLOSURE_TYPES)),
)
OWN_TREATMENT = select(col(Consent.client_id)).where(
    col(Consent.client_id) == IDS,
    col(Consent.type) == ConsentType.TREATMENT,
    col(Consent.signer_role) == SignerRole.CLIENT,
    col(Consent.signed_at).is_not(None),
)
POLICY = select(DisclosurePolicy).where(col(DisclosurePolicy.id) == bindparam("id"))
LOCK_POLICY = POLICY.with_for_update()
LOCK_ENDING = (
    select(Consent)
    .where(
        col(Consent.client_id) == bindparam("client_id"),
        col(Consent.status) == ConsentStatus.ACTIVE,
        col(Consent.expires_event) == ExpiryEvent.END_OF_TREATMENT,
    )
    .order_by(col(Consent.id))
    .with_for_update()
)

PROGRAM = select(Program).where(col(Program.id) == bindparam("id"))
PROGRAM_LOCKED = PROGRAM.with_for_update()
PROGRAM_OF_CODE = select(Program).where(
    col(Program.clinic_id) == bindparam("clinic_id"), col(Program.code) == bindparam("code")
)
PROGRAMS = select(Program)
PART2_PROGRAMS = select(col(Program.id)).where(col(Program.is_part2))

EPISODE = select(Episode).where(col(Episode.id) == bindparam("id"), visible(Episode.client_id))
LOCK_EPISODE = EPISODE.with_for_update()
EPISODES = select(Episode).where(visible(Episode.client_id))
EPISODES_OF = EPISODES.where(col(Episode.client_id) == bindparam("client_id"))
OPEN_EPISODES = select(Episode).where(
    col(Episode.client_id) == bindparam("client_id"), col(Episode.status).in_(sorted(OPEN))
)
PROGRAMS_OF = select(col(Episode.client_id), col(Episode.program_id)).where(col(Episode.client_id) == IDS)

EPISODES_AMONG = select(Episode).where(col(Episode.id) == IDS)

RESTRICTIONS_AMONG = select(Restriction).where(
    col(Restriction.client_id) == IDS, col(Restriction.withdrawn_at).is_(None)
)
RESTRICTIONS_OF = select(Restriction).where(
    col(Restriction.client_id) == bindparam("client_id"), visible(Restriction.client_id)
)
LOCK_RESTRICTION = RESTRICTIONS_OF.where(col(Restriction.id) == bindparam("id")).with_for_update()
GUARDIANSHIPS = select(Guardianship).where(
    col(Guardianship.client_id) == bindparam("client_id"), visible(Guardianship.client_id)
)
LOCK_GUARDIANSHIP = GUARDIANSHIPS.where(col(Guardianship.id) == bindparam("id")).with_for_update()
GUARDIANSHIPS_AMONG = select(Guardianship).where(
    col(Guardianship.client_id) == IDS, col(Guardianship.ended_at).is_(None)
)
DISCLOSURES = select(Disclosure).where(
    col(Disclosure.client_id) == bindparam("client_id"), visible(Disclosure.client_id)
)

DISCLOSURES_SINCE = DISCLOSURES.where(col(Disclosure.made_at) >= bindparam("since")).order_by(col(Disclosure.id).desc())

# A hold of the whole agency and a destruction wait for each other; one of a client locks the client's row.
LOCK_HOLDS = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 29))")
HOLDS = select(LegalHold)
LOCK_HOLD = HOLDS.where(col(LegalHold.id) == bindparam("id")).with_for_update()
STANDING_HOLD = (
    HOLDS.where(
        col(LegalHold.status) == HoldStatus.PLACED,
        or_(col(LegalHold.client_id) == bindparam("client_id"), col(LegalHold.client_id).is_(None)),
    )
    .order_by(col(LegalHold.id))
    .limit(1)
)
DESTRUCTION = select(KeyDestruction).where(col(KeyDestruction.client_id) == bindparam("client_id"))

CALENDAR = select(AgencyCalendar).where(col(AgencyCalendar.id) == bindparam("id"))
CLINIC = select(Clinic).where(col(Clinic.id) == bindparam("id"))


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


async def get_client(tx: Transaction, client_id: UUID) -> Client:
    return await tx.fetch_one(Client, CLIENT, id=client_id)


async def lock_client(tx: Transaction, client_id: UUID) -> Client:
    return await tx.fetch_one(Client, LOCK_CLIENT, id=client_id)


async def list_clients(tx: Transaction, page: PageRequest) -> Page[Client]:
    return await tx.fetch_page(Client, CLIENTS, page)


async def list_clients_among(tx: Transaction, client_ids: Sequence[UUID]) -> list[Client]:
    return await tx.fetch_all(Client, CLIENTS_AMONG, ids=list(client_ids))


async def list_candidates(tx: Transaction, new: Client) -> list[Client]:
    """Who shares a blocking key. Registrations of one birth date wait for each other, so none misses another."""
    await tx.rows(LOCK_IDENTITY, key=f"{tx.agency_id}:identity:{new.date_of_birth}")
    return await tx.fetch_all(
        Client,
        CANDIDATES,
        date_of_birth=new.date_of_birth,
        soundex=new.last_name_soundex,
        year=new.birth_year,
        phone=new.phone_digits,
        member_id=new.member_id_plain,
    )


async def get_consent(tx: Transaction, consent_id: UUID) -> Consent:
    return await tx.fetch_one(Consent, CONSENT, id=consent_id)


async def lock_consent(tx: Transaction, consent_id: UUID) -> Consent:
    return await tx.fetch_one(Consent, LOCK_CONSENT, id=consent_id)


async def list_consents(tx: Transaction, client_id: UUID, page: PageRequest) -> Page[Consent]:
    return await tx.fetch_page(Consent, CONSENTS, page, client_id=client_id)


async def find_consent_in_force(tx: Transaction, client_id: UUID, kind: ConsentType) -> Consent | None:
    return await tx.fetch_optional(Consent, IN_FORCE, client_id=client_id, type=kind, at=tx.now)


async def list_disclosure_consents(tx: Transaction, client_ids: Sequence[UUID]) -> list[Consent]:
    return await tx.fetch_all(Consent, DISCLOSURE_CONSENTS, ids=list(client_ids))


async def list_signers_of_own_treatment(tx: Transaction, client_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Clients who signed the consent to their treatment themselves."""
    return frozenset(row[0] for row in await tx.rows(OWN_TREATMENT, ids=list(client_ids)))


async def find_disclosure_policy(tx: Transaction) -> DisclosurePolicy | None:
    return await tx.fetch_optional(DisclosurePolicy, POLICY, id=tx.agency_id)


async def lock_disclosure_policy(tx: Transaction) -> DisclosurePolicy | None:
    return await tx.fetch_optional(DisclosurePolicy, LOCK_POLICY, id=tx.agency_id)


async def lock_consents_ending_with_treatment(tx: Transaction, client_id: UUID) -> list[Consent]:
    return await tx.fetch_all(Consent, LOCK_ENDING, client_id=client_id)


async def get_program(tx: Transaction, program_id: UUID) -> Program:
    return await tx.fetch_one(Program, PROGRAM, id=program_id)


async def lock_program(tx: Transaction, program_id: UUID) -> Program:
    return await tx.fetch_one(Program, PROGRAM_LOCKED, id=program_id)


async def find_program(tx: Transaction, program_id: UUID | None) -> Program | None:
    return await tx.fetch_optional(Program, PROGRAM, id=program_id)


async def find_program_of_code(tx: Transaction, clinic_id: UUID, code: str) -> Program | None:
    return await tx.fetch_optional(Program, PROGRAM_OF_CODE, clinic_id=clinic_id, code=code)


async def list_programs(tx: Transaction, page: PageRequest) -> Page[Program]:
    return await tx.fetch_page(Program, PROGRAMS, page)


async def list_part2_programs(tx: Transaction) -> frozenset[UUID]:
    return frozenset(row[0] for row in await tx.rows(PART2_PROGRAMS))


async def get_episode(tx: Transaction, episode_id: UUID) -> Episode:
    return await tx.fetch_one(Episode, EPISODE, id=episode_id)


async def lock_episode(tx: Transaction, episode_id: UUID) -> Episode:
    return await tx.fetch_one(Episode, LOCK_EPISODE, id=episode_id)


async def list_episodes(tx: Transaction, page: PageRequest, client_id: UUID | None) -> Page[Episode]:
    if client_id is None:
        return await tx.fetch_page(Episode, EPISODES, page)
    return await tx.fetch_page(Episode, EPISODES_OF, page, client_id=client_id)


async def find_open_episode(tx: Transaction, client_id: UUID, program_id: UUID) -> Episode | None:
    found = await tx.fetch_all(Episode, OPEN_EPISODES, client_id=client_id)
    return next((episode for episode in found if episode.program_id == program_id), None)


async def has_episode_in_care(tx: Transaction, client_id: UUID, *, besides: UUID) -> bool:
    found = await tx.fetch_all(Episode, OPEN_EPISODES, client_id=client_id)
    return any(episode.status in IN_CARE and episode.id != besides for episode in found)


async def list_admitted_episodes(tx: Transaction, client_id: UUID, episode_id: UUID | None) -> list[Episode]:
    """Episodes in which a first service makes care active: the named one, or all of the client when none is named."""
    found = await tx.fetch_all(Episode, OPEN_EPISODES, client_id=client_id)
    return [e for e in found if e.status is EpisodeStatus.ADMITTED and episode_id in (None, e.id)]


async def list_programs_of(tx: Transaction, client_ids: Sequence[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Every program that each client was ever in."""
    found: dict[UUID, frozenset[UUID]] = {}
    for client_id, program_id in await tx.rows(PROGRAMS_OF, ids=list(client_ids)):
        found[client_id] = found.get(client_id, frozenset()) | {program_id}
    return found


async def list_episodes_among(tx: Transaction, episode_ids: Sequence[UUID]) -> list[Episode]:
    return await tx.fetch_all(Episode, EPISODES_AMONG, ids=list(episode_ids))


async def list_restrictions_among(tx: Transaction, client_ids: Sequence[UUID]) -> list[Restriction]:
    return await tx.fetch_all(Restriction, RESTRICTIONS_AMONG, ids=list(client_ids))


async def list_restrictions(tx: Transaction, client_id: UUID, page: PageRequest) -> Page[Restriction]:
    return await tx.fetch_page(Restriction, RESTRICTIONS_OF, page, client_id=client_id)


async def lock_restriction(tx: Transaction, client_id: UUID, restriction_id: UUID) -> Restriction:
    return await tx.fetch_one(Restriction, LOCK_RESTRICTION, client_id=client_id, id=restriction_id)


async def list_guardianships(tx: Transaction, client_id: UUID, page: PageRequest) -> Page[Guardianship]:
    return await tx.fetch_page(Guardianship, GUARDIANSHIPS, page, client_id=client_id)


async def lock_guardianship(tx: Transaction, client_id: UUID, guardianship_id: UUID) -> Guardianship:
    return await tx.fetch_one(Guardianship, LOCK_GUARDIANSHIP, client_id=client_id, id=guardianship_id)


async def list_guardianships_among(tx: Transaction, client_ids: Sequence[UUID]) -> list[Guardianship]:
    """Those that nobody ended, whether they hold today or not."""
    return await tx.fetch_all(Guardianship, GUARDIANSHIPS_AMONG, ids=list(client_ids))


async def list_disclosures(tx: Transaction, client_id: UUID, page: PageRequest) -> Page[Disclosure]:
    return await tx.fetch_page(Disclosure, DISCLOSURES, page, client_id=client_id)


async def find_calendar(tx: Transaction) -> AgencyCalendar | None:
    return await tx.fetch_optional(AgencyCalendar, CALENDAR, id=tx.agency_id)


async def find_clinic(tx: Transaction, clinic_id: UUID) -> Clinic | None:
    return await tx.fetch_optional(Clinic, CLINIC, id=clinic_id)


async def list_disclosures_since(tx: Transaction, client_id: UUID, since: datetime) -> list[Disclosure]:
    return await tx.fetch_all(Disclosure, DISCLOSURES_SINCE, client_id=client_id, since=since)


async def lock_holds(tx: Transaction) -> None:
    """No hold is placed while a key is destroyed, and none is destroyed while a hold is placed."""
    await tx.rows(LOCK_HOLDS, key=f"{tx.agency_id}:legal-holds")


async def lock_hold(tx: Transaction, hold_id: UUID) -> LegalHold:
    return await tx.fetch_one(LegalHold, LOCK_HOLD, id=hold_id)


async def list_holds(tx: Transaction, page: PageRequest) -> Page[LegalHold]:
    return await tx.fetch_page(LegalHold, HOLDS, page)


async def find_standing_hold(tx: Transaction, client_id: UUID) -> LegalHold | None:
    return await tx.fetch_optional(LegalHold, STANDING_HOLD, client_id=client_id)


async def find_destruction(tx: Transaction, client_id: UUID) -> KeyDestruction | None:
    return await tx.fetch_optional(KeyDestruction, DESTRUCTION, client_id=client_id)
