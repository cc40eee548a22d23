from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.errors import ClientNotServed, EpisodeAlreadyOpen
from intake.models import Episode
from intake.rules.clients import is_served
from intake.schemas.episodes import NewEpisode
from intake.use_cases.check_program import check_program


async def start_episode(tx: Transaction, new: NewEpisode, *, by: Principal) -> Episode:
    client = await queries.lock_client(tx, new.client_id)
    if not is_served(client.status):
        raise ClientNotServed(f"The client is {client.status}.")
    program = await queries.get_program(tx, new.program_id)
    await check_program(tx, program)
    if await queries.find_open_episode(tx, client.id, program.id):
        raise EpisodeAlreadyOpen("One open episode per program; readmission follows discharge.")
    episode = Episode(
        **new.model_dump(), id=tx.new_id("episode"), clinic_id=program.clinic_id, is_part2=program.is_part2
    )
    tx.audit("episode.start", subject=client.id, resource=episode.id, by=by)
    return await tx.add(episode)
