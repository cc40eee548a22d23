from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from intake.models import Disclosure
from intake.schemas.me import OwnDisclosureOut
from intake.use_cases.account_disclosures import stands
from intake.use_cases.read_disclosures import read_disclosures


async def read_own_disclosures(
    tx: Transaction, client_id: UUID, *, page: PageRequest, by: Principal
) -> Page[OwnDisclosureOut]:
    """All that left, and which of it the law has accounted for, as far back as it says."""
    found = await read_disclosures(tx, client_id, page=page, by=by)
    shown = [own_disclosure(row, tx) for row in found.items]
    return Page[OwnDisclosureOut](items=shown, next_cursor=found.next_cursor)


def own_disclosure(made: Disclosure, tx: Transaction) -> OwnDisclosureOut:
    return OwnDisclosureOut.model_validate({**made.model_dump(), "is_accounted": stands(made, tx)})
