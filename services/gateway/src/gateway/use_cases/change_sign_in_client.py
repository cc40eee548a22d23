from collections.abc import Sequence
from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from gateway import queries
from gateway.errors import RedirectRefused
from gateway.models import SignInClient
from gateway.rules.sign_in_clients import ClientKind, refused_redirect
from gateway.schemas.sign_in_clients import NewSignInClient, SignInClientChange


async def add_sign_in_client(tx: Transaction, new: NewSignInClient, *, by: Principal) -> SignInClient:
    """Say where the console, the portal or a partner app takes people back to. Without it nobody signs in there."""
    check_redirects(new.redirect_uris)
    if new.kind is ClientKind.PARTNER_APP and new.partner_app_id is None:
        raise RedirectRefused("Name the partner app.", pointer="/partner_app_id")
    if new.partner_app_id is not None:
        await queries.get_app(tx, new.partner_app_id)
    client = await tx.add(SignInClient(**new.model_dump()))
    tx.audit("sign_in_client.add", resource=client.id, by=by)
    return client


async def change_sign_in_client(
    tx: Transaction, client_id: UUID, change: SignInClientChange, *, by: Principal
) -> SignInClient:
    client = await queries.lock_sign_in_client(tx, client_id)
    tx.expect(client)
    check_redirects(change.redirect_uris)
    client.redirect_uris = change.redirect_uris
    await tx.save(client)
    tx.audit("sign_in_client.change", resource=client.id, by=by)
    return client


def check_redirects(redirect_uris: Sequence[str]) -> None:
    for index, uri in enumerate(redirect_uris):
        reason = refused_redirect(uri)
        if reason:
            raise RedirectRefused(reason, pointer=f"/redirect_uris/{index}")
