from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.models import Disclosure
from intake.rules.accounting import YEARS, is_accounted, years_before
from intake.schemas.client_keys import AccountingOut
from intake.schemas.disclosures import DisclosureOut


async def account_disclosures(tx: Transaction, client_id: UUID, *, by: Principal) -> AccountingOut:
    """What a client who asks is told: each disclosure that the law has accounted for, as far back as it says."""
    client = await queries.get_client(tx, client_id)
    tx.audit("disclosure.account", subject=client.id, by=by)
    found = await queries.list_disclosures_since(tx, client.id, years_before(tx.now, YEARS))
    items = [DisclosureOut.model_validate(one) for one in found if stands(one, tx)]
    return AccountingOut(client_id=client.id, items=items)


def stands(made: Disclosure, tx: Transaction) -> bool:
    return is_accounted(
        purpose=made.purpose,
        has_consent=made.consent_id is not None,
        data_classes=made.data_classes,
        made_at=made.made_at,
        now=tx.now,
    )
