from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.auth import Principal
from shared.contracts.intake import EpisodeOpened
from shared.db import Transaction

from intake import queries
from intake.errors import ConsentMissing, EpisodeNotOpen
from intake.models import Episode
from intake.rules.clients import NEXT as CLIENT_NEXT
from intake.rules.clients import ClientStatus
from intake.rules.consents import ConsentType
from intake.rules.episodes import NEXT, EpisodeStatus
from intake.use_cases.check_program import check_program
from intake.use_cases.find_calendar import find_calendar


async def admit_client(tx: Transaction, episode_id: UUID, *, is_emergency: bool, by: Principal) -> Episode:
    episode = await queries.lock_episode(tx, episode_id)
    if EpisodeStatus.ADMITTED not in NEXT[episode.status]:
        raise EpisodeNotOpen(f"The episode is {episode.status}; admission follows intake.")
    if not is_emergency:
        await check_program(tx, await queries.get_program(tx, episode.program_id))
    consent = await queries.find_consent_in_force(tx, episode.client_id, ConsentType.TREATMENT)
    if consent is None and not is_emergency:
        raise ConsentMissing("Admission needs an active consent to treatment, or an emergency.")
    episode.status, episode.is_emergency_admission = EpisodeStatus.ADMITTED, consent is None
    episode.opened_on = opened_on = await today_at(tx, episode.clinic_id)
    await tx.save(episode)
    await activate_client(tx, episode.client_id)
    await tx.supply(f"episode:{episode.id}")
    proof = consent.id if consent else None
    tx.audit("episode.admit", subject=episode.client_id, resource=episode.id, by=by, consent_id=proof)
    tell_opened(tx, episode, opened_on)
    return episode


def tell_opened(tx: Transaction, episode: Episode, opened_on: date) -> None:
    tx.publish(
        EpisodeOpened(
            episode_id=episode.id,
            client_id=episode.client_id,
            clinic_id=episode.clinic_id,
            program_id=episode.program_id,
            primary_clinician_id=episode.primary_clinician_id,
            opened_on=opened_on,
            is_part2=episode.is_part2,
        )
    )


async def today_at(tx: Transaction, clinic_id: UUID) -> date:
    """The day at the clinic; in the agency's zone while the clinic's is not known here."""
    clinic = await queries.find_clinic(tx, clinic_id)
    zone = ZoneInfo(clinic.timezone) if clinic else (await find_calendar(tx, is_needed=False)).zone
    return tx.now.astimezone(zone).date()


async def activate_client(tx: Transaction, client_id: UUID) -> None:
    client = await queries.lock_client(tx, client_id)
    if ClientStatus.ACTIVE in CLIENT_NEXT[client.status]:
        client.status = ClientStatus.ACTIVE
        await tx.save(client)
