from shared.auth import Principal
from shared.db import Transaction

from intake.errors import NotYoursToSign
from intake.models import Consent
from intake.rules.consents import DISCLOSURE_TYPES
from intake.schemas.consents import NewConsent
from intake.use_cases.act_for_client import act_for_client
from intake.use_cases.draft_consent import draft_consent


async def draft_own_consent(tx: Transaction, new: NewConsent, *, by: Principal) -> Consent:
    """What the caller wishes to let leave. Consents to care are drafted by those who give it."""
    await act_for_client(tx, new.client_id, by=by)
    if new.type not in DISCLOSURE_TYPES:
        raise NotYoursToSign("Draft a consent that lets something leave; the agency drafts the others.")
    return await draft_consent(tx, new, by=by)
