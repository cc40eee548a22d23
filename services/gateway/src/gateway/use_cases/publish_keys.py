from shared.auth import Principal
from shared.clock import real_now
from shared.db import PLATFORM

from gateway import queries
from gateway.rules.keys import is_published
from gateway.schemas.oauth import JwksOut
from gateway.use_cases.issue_token import Office


async def publish_keys(office: Office) -> JwksOut:
    """The public halves of the installation's keys (RFC 7517): the next, the active, and those that still verify."""
    async with office.database.transaction(Principal.system("gateway", agency_id=PLATFORM)) as tx:
        keys = await queries.list_signing_keys(tx)
    return JwksOut(keys=[key.public_jwk for key in keys if is_published(key, real_now())])
