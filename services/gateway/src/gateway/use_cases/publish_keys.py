from shared.auth import Principal
from shared.db import PLATFORM

from gateway import queries
from gateway.schemas import JwksOut
from gateway.use_cases.issue_token import Office


async def publish_keys(office: Office) -> JwksOut:
    """The public halves of the installation's keys (RFC 7517), the active and those that still verify."""
    async with office.database.transaction(Principal.system("gateway", agency_id=PLATFORM)) as tx:
        return JwksOut(keys=[key.public_jwk for key in await queries.list_signing_keys(tx)])
