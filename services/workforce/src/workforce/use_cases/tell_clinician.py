from shared.contracts.workforce import ClinicianProfileChanged
from shared.db import Transaction

from workforce.models import Clinician


def tell_clinician(tx: Transaction, clinician: Clinician) -> None:
    """Tell what others decide on: may this person sign, and does someone have to co-sign?"""
    tx.publish(
        ClinicianProfileChanged(
            clinician_id=clinician.id,
            npi=clinician.npi,
            can_sign_independently=clinician.can_sign_independently,
            needs_cosign=clinician.needs_cosign,
        )
    )
