from privacy import DataClass
from shared.auth import Principal
from shared.contracts.clinical_records import MeasureAssigned
from shared.db import Transaction

from clinical_records import queries
from clinical_records.models import MeasureAdministration
from clinical_records.rules.measures import EXPIRES_AFTER, MeasureStatus, definition
from clinical_records.schemas.measure_administrations import NewMeasure
from clinical_records.use_cases.find_labels import find_labels


async def assign_measure(tx: Transaction, new: NewMeasure, *, by: Principal) -> MeasureAdministration:
    """Ask a client to answer an instrument; it stays open for 30 days."""
    client = await queries.get_client(tx, new.client_id)
    episode = await queries.find_open_episode(tx, client.id)
    measure = await tx.add(
        MeasureAdministration(
            client_id=client.id,
            episode_id=episode.id if episode else None,
            instrument=new.instrument,
            definition_version=definition(new.instrument).version,
            occasion=new.occasion,
            status=MeasureStatus.ASSIGNED,
            assigned_by=by.id,
            security_labels=await find_labels(tx, DataClass.MEASURES, client.id, episode.id if episode else None),
        )
    )
    await tx.start_timer("measure_expired", subject=measure.id, due_at=tx.now + EXPIRES_AFTER)
    tx.audit("measure_administration.assign", subject=client.id, resource=measure.id, by=by)
    tx.publish(MeasureAssigned(administration_id=measure.id, client_id=client.id, instrument=measure.instrument))
    return measure
