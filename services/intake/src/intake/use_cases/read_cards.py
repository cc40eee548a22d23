from collections.abc import Sequence
from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.models import Client
from intake.rules.clients import sees_minimum_only
from intake.schemas.clients import ClientCard, ClientCards
from intake.use_cases.read_client import conceal_address

LEGAL = frozenset({"legal_first_name", "legal_last_name", "date_of_birth", "administrative_sex", "address"})


async def read_cards(tx: Transaction, client_ids: Sequence[UUID], *, by: Principal) -> ClientCards:
    """Names and contact of the clients whom the caller may see, for those who show or send something."""
    clients = await queries.list_clients_among(tx, client_ids)
    for client in clients:
        tx.audit("client.card", subject=client.id, by=by)
    return ClientCards(items=[card_of(conceal_address(client, by), by) for client in clients])


def card_of(client: Client, by: Principal) -> ClientCard:
    hidden = LEGAL if sees_minimum_only(by.roles) else frozenset()
    shown = {
        name: None if name in hidden else getattr(client, name)
        for name in ClientCard.model_fields
        if name != "client_id"
    }
    return ClientCard.model_validate({**shown, "client_id": client.id})
