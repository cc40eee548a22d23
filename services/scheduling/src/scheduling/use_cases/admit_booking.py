from shared.auth import Principal
from shared.db import Transaction
from shared.errors import Invalid

from scheduling import queries
from scheduling.errors import ClinicNotOpen, ClinicNotYours, EpisodeNotOpen, NotYourCalendar
from scheduling.models import Clinic
from scheduling.rules.appointments import WITHOUT_CLIENT
from scheduling.rules.whose import may_use_clinic, may_write_calendar
from scheduling.schemas import NewAppointment, NewSeries


async def admit_booking(tx: Transaction, new: NewAppointment | NewSeries, *, by: Principal) -> Clinic:
    """May the caller book this at all? Gives the clinic, whose zone says which day it is."""
    if not may_write_calendar(by.id, by.reach, new.provider_id, has_client=new.client_id is not None):
        raise NotYourCalendar()
    if not may_use_clinic(by.clinics, new.clinic_id):
        raise ClinicNotYours()
    if (new.client_id is None) != (new.kind in WITHOUT_CLIENT):
        raise Invalid("Supervision and meetings have no client; every other kind has one.", pointer="/client_id")
    if new.client_id is not None:
        await queries.get_client(tx, new.client_id)
    if new.episode_id is not None:
        episode = await queries.share_episode(tx, new.episode_id)
        if episode is None or episode.client_id != new.client_id or episode.closed_on is not None:
            raise EpisodeNotOpen("No open episode of this client is known under this id.")
    clinic = await queries.find_clinic(tx, new.clinic_id)
    if clinic is None or not clinic.is_active:
        raise ClinicNotOpen("The clinic is closed, or not known here yet.")
    return clinic
