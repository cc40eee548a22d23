from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from intake.models import Consent
from intake.rules.consent_elements import Validation, validate
from intake.schemas.consents import ConsentToValidate
from intake.use_cases.check_consent import content_of, put_signature, text_of
from intake.use_cases.find_calendar import find_calendar

NOBODY = UUID(int=0)


async def validate_consent(tx: Transaction, wanted: ConsentToValidate, *, by: Principal) -> Validation:
    """What would be missing if it were signed so. Nothing is stored."""
    consent = Consent(**content_of(wanted), client_id=wanted.client_id or NOBODY)
    if wanted.signature is not None:
        put_signature(consent, wanted.signature)
    calendar = await find_calendar(tx, is_needed=False)
    tx.audit("consent.validate", subject=wanted.client_id, by=by)
    return validate(text_of(consent, calendar.zone, has_patient_name=wanted.client_id is not None))
