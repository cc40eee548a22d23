from fastapi import APIRouter, Request
from shared.edge import EdgeRoute, Tx

from gateway import queries
from gateway.models import SigningKey
from gateway.schemas.signing_keys import SigningKeyOut
from gateway.scopes import CanReadSigningKeys, CanWriteSigningKeys
from gateway.use_cases.rotate_signing_key import rotate_signing_key

router = APIRouter(prefix="/v1/admin/signing-keys", tags=["operation"], route_class=EdgeRoute)


@router.post("", response_model=SigningKeyOut, status_code=201)
async def post_signing_key(tx: Tx, by: CanWriteSigningKeys, request: Request) -> SigningKey:
    """Publish the next signing key; it signs once every verifier has it."""
    return await rotate_signing_key(tx, cache_seconds=request.app.state.settings.keys_refresh, by=by)


@router.get("", response_model=list[SigningKeyOut])
async def list_signing_keys(tx: Tx, by: CanReadSigningKeys) -> list[SigningKey]:
    """List the latest ten signing keys with their states and times."""
    return await queries.list_signing_keys(tx)
