from privacy import DataClass
from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.errors import NotSupersedable
from intake.models import Consent
from intake.rules.consents import ConsentStatus
from intake.schemas.consents import NewConsent
from intake.use_cases.check_consent import content_of
from intake.use_cases.find_labels import find_labels


async def draft_consent(tx: Transaction, new: NewConsent, *, by: Principal) -> Consent:
    client = await queries.get_client(tx, new.client_id)
    if new.supersedes_id is not None:
        refuse_strange(await queries.get_consent(tx, new.supersedes_id), new)
    consent = Consent(
        **content_of(new),
        id=tx.new_id("consent"),
        client_id=client.id,
        collected_by=by.id,
        supersedes_id=new.supersedes_id,
        security_labels=await find_labels(tx, DataClass.CLINICAL, client.id, None),
    )
    tx.audit("consent.draft", subject=client.id, resource=consent.id, by=by)
    return await tx.add(consent)


def refuse_strange(old: Consent, new: NewConsent) -> None:
    if (old.client_id, old.type, old.status) != (new.client_id, new.type, ConsentStatus.ACTIVE):
        raise NotSupersedable("Name an active consent of this client and kind.", pointer="/supersedes_id")
