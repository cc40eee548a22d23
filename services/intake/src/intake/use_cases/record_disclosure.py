from privacy import DataClass
from shared.auth import Principal
from shared.contracts.authorizations import DisclosureMade
from shared.contracts.disclosures import DisclosureMadeV2
from shared.db import Transaction

from intake.models import Disclosure
from intake.use_cases.find_labels import find_labels


async def record_disclosure(tx: Transaction, made: DisclosureMade | DisclosureMadeV2, *, by: Principal) -> Disclosure:
    """One line of the accounting, whoever disclosed."""
    row = Disclosure(
        id=made.disclosure_id,
        client_id=made.client_id,
        recipient_id=made.recipient_id,
        purpose=made.purpose,
        data_classes=list(made.data_classes),
        consent_id=made.consent_id,
        made_at=made.at,
        security_labels=await find_labels(tx, DataClass.CLINICAL, made.client_id, None),
    )
    tx.audit("disclosure.record", subject=made.client_id, resource=row.id, consent_id=made.consent_id, by=by)
    return await tx.add(row)
