from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from workforce import queries
from workforce.errors import CredentialNotRenewable, NotLonger
from workforce.models import Credential
from workforce.rules.credentials import NEXT, CredentialStatus
from workforce.schemas import Renewal


async def renew_credential(tx: Transaction, credential_id: UUID, renewal: Renewal, *, by: Principal) -> Credential:
    """A renewal is a credential of its own that waits for verification; until then the old one stands as it is."""
    old = await queries.lock_credential(tx, credential_id)
    if CredentialStatus.RENEWED not in NEXT[old.status]:
        raise CredentialNotRenewable(
            f"The credential is {old.status}; an expiring, expired or suspended one is renewed."
        )
    if renewal.expires_on <= old.expires_on or renewal.expires_on < renewal.issued_on:
        raise NotLonger("The renewal must end after the credential that it renews.", pointer="/expires_on")
    new = await tx.add(
        Credential(
            clinician_id=old.clinician_id,
            type=old.type,
            state=old.state,
            number=renewal.number or old.number,
            issued_on=renewal.issued_on,
            expires_on=renewal.expires_on,
            status=CredentialStatus.PENDING,
            renews_id=old.id,
        )
    )
    tx.audit("credential.renew", resource=new.id, by=by)
    return new
