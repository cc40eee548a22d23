from shared.auth import Principal
from shared.db import Transaction

from workforce import queries
from workforce.errors import DatesReversed
from workforce.models import Credential
from workforce.rules.credentials import CredentialStatus
from workforce.schemas import NewCredential


async def add_credential(tx: Transaction, new: NewCredential, *, by: Principal) -> Credential:
    await queries.get_clinician(tx, new.clinician_id)
    if new.expires_on < new.issued_on:
        raise DatesReversed("The last day lies before the first.", pointer="/expires_on")
    credential = await tx.add(Credential(**new.model_dump(), status=CredentialStatus.PENDING))
    tx.audit("credential.add", resource=credential.id, by=by)
    return credential
