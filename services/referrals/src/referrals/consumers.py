"""What referrals does when another service reports a fact."""

from datetime import datetime

from shared.access import RELATIONSHIP, related
from shared.consumer import handlers, on
from shared.contracts.clinical_records import CareTeamChanged, DischargeFinalized
from shared.contracts.intake import (
    ClientKeyDestroyed,
    ClientRegistered,
    ConsentExpired,
    ConsentGranted,
    ConsentRevoked,
    ConsentSuperseded,
    EpisodeOpened,
)
from shared.db import Transaction
from shared.glass import BREAKING_GLASS
from shared.holds import HOLDS, on_client_key_destroyed
from shared.projections import Fact, project, projections
from shared.signed_out import SIGNING_OUT

from referrals.rules.referrals import ConsentState
from referrals.use_cases.add_client_stub import add_client_stub
from referrals.use_cases.end_consent import end_consent
from referrals.use_cases.keep_consent import keep_consent
from referrals.use_cases.note_part2_episode import note_part2_episode
from referrals.use_cases.plan_aftercare import plan_aftercare


async def on_client_registered(tx: Transaction, event: ClientRegistered) -> None:
    await add_client_stub(tx, event.client_id, clinic_id=event.clinic_id, age_band=event.age_band)


async def on_consent_granted(tx: Transaction, event: ConsentGranted) -> None:
    await keep_consent(tx, event, by=tx.by)


async def on_consent_revoked(tx: Transaction, event: ConsentRevoked) -> None:
    await end_consent(tx, event.consent_id, state=ConsentState.REVOKED, by=tx.by)


async def on_consent_expired(tx: Transaction, event: ConsentExpired) -> None:
    await end_consent(tx, event.consent_id, state=ConsentState.EXPIRED, by=tx.by)


async def on_consent_superseded(tx: Transaction, event: ConsentSuperseded) -> None:
    await end_consent(tx, event.consent_id, state=ConsentState.EXPIRED, by=tx.by)


async def on_episode_opened(tx: Transaction, event: EpisodeOpened) -> None:
    await note_part2_episode(tx, event, by=tx.by)


async def on_discharge_finalized(tx: Transaction, event: DischargeFinalized) -> None:
    await plan_aftercare(tx, event, by=tx.by)


def on_care_team_changed(event: CareTeamChanged, at: datetime) -> Fact:
    return related(
        staff_id=event.member_id, client_id=event.client_id, kind="care_team", since=event.since, until=event.until
    )


HANDLERS = handlers(
    on(ClientRegistered, on_client_registered),
    on(ConsentGranted, on_consent_granted),
    on(ConsentRevoked, on_consent_revoked),
    on(ConsentExpired, on_consent_expired),
    on(ConsentSuperseded, on_consent_superseded),
    on(EpisodeOpened, on_episode_opened),
    on(DischargeFinalized, on_discharge_finalized),
    on(ClientKeyDestroyed, on_client_key_destroyed),
)
PROJECTIONS = projections(
    project(CareTeamChanged, on_care_team_changed, into=RELATIONSHIP),
    *SIGNING_OUT,
    *BREAKING_GLASS,
    *HOLDS,
)
