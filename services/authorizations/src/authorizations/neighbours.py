"""Reads from intake at the moment of sending: the name card, and whether this may leave (decisions 22 and 25)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from shared.auth import Principal
from shared.errors import NotAllowed
from shared.exits import Permit, ask_through, permit
from shared.neighbours import Neighbours

PURPOSE = "HPAYMT"


async def read_card(neighbours: Neighbours, client_id: UUID, *, by: Principal) -> Mapping[str, Any]:
    """Name, birth date and sex for a payer's form. Raises NotAllowed when intake shows no such client."""
    found = await neighbours.post(
        "intake", "/v1/clients/cards", json={"client_ids": [str(client_id)]}, on_behalf_of=by, purpose=PURPOSE
    )
    card: Mapping[str, Any] | None = next((c for c in found["items"] if c["client_id"] == str(client_id)), None)
    if card is None:
        raise NotAllowed("Intake shows no such client.")
    return card


async def permit_of(
    neighbours: Neighbours, client_id: UUID, *, payer_id: UUID, data_classes: Sequence[str], by: Principal
) -> Permit:
    """Intake's decision for each class of data, now. Unavailable when intake cannot be asked: then nothing leaves."""
    about = {"client_id": str(client_id), "purpose": PURPOSE, "recipient_kind": "payer", "recipient_id": str(payer_id)}
    asked = [{**about, "data_class": name} for name in data_classes]
    return await permit(ask_through(neighbours), replace(by, purpose=PURPOSE), asked)
