from shared.auth import Principal
from shared.contracts.clinical_records import DischargeFinalized
from shared.db import Transaction
from shared.errors import Early

from authorizations import queries
from authorizations.use_cases.release_unit import release_unit
from authorizations.use_cases.terminate_authorization import terminate_authorization


async def discharge_client(tx: Transaction, discharged: DischargeFinalized, *, by: Principal) -> None:
    """Give back every unit still set aside for the episode; with the last episode its authorizations end too."""
    await queries.lock_client(tx, discharged.client_id)
    episode = await queries.find_episode(tx, discharged.episode_id)
    if episode is None:
        raise Early(f"episode:{discharged.episode_id}")
    episode.closed_on = discharged.discharged_on
    await tx.save(episode)
    others = await queries.list_open_episodes(tx, discharged.client_id)
    for appointment in await queries.lock_booked(tx, discharged.client_id):
        if not others or appointment.episode_id == episode.id:
            await release_unit(tx, appointment, by=by)
    for authorization in [] if others else await queries.lock_open_authorizations(tx, discharged.client_id):
        await terminate_authorization(tx, authorization, on=discharged.discharged_on, reason="discharge", by=by)
    tx.audit("client.discharge", subject=discharged.client_id, resource=episode.id, by=by)
