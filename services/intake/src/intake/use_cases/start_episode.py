from privacy import DataClass, codings, label_at_write
from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.errors import ClientNotServed, EpisodeAlreadyOpen
from intake.models import Client, Episode
from intake.rules.clients import is_served
from intake.schemas.episodes import NewEpisode
from intake.use_cases.check_program import check_program
from intake.use_cases.find_labels import find_labels


async def start_episode(tx: Transaction, new: NewEpisode, *, by: Principal) -> Episode:
    client = await queries.lock_client(tx, new.client_id)
    if not is_served(client.status):
        raise ClientNotServed(f"The client is {client.status}.")
    program = await queries.get_program(tx, new.program_id)
    await check_program(tx, program)
    if await queries.find_open_episode(tx, client.id, program.id):
        raise EpisodeAlreadyOpen("One open episode per program; readmission follows discharge.")
    episode = await tx.add(Episode(
        **new.model_dump(), id=tx.new_id("episode"), clinic_id=program.clinic_id, is_part2=program.is_part2,
        security_labels=codings(label_at_write(DataClass.CLINICAL, [program.is_part2])),
    ))  # fmt: skip
    await relabel_client(tx, client)
    tx.audit("episode.start", subject=client.id, resource=episode.id, by=by)
    return episode


async def relabel_client(tx: Transaction, client: Client) -> None:
    """Who applies to a Part 2 program is a patient of one (42 CFR 2.11): the person's own row says so from then on."""
    labels = await find_labels(tx, DataClass.DEMOGRAPHICS, client.id, None)
    if labels != client.security_labels:
        client.security_labels = labels
        await tx.save(client)
