from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from shared.auth import Principal, Verifier
from shared.clock import real_now
from shared.db import Database, Transaction

from gateway.errors import SigningUnavailable
from gateway.integrations import KeySets
from gateway.rules.claims import LIFETIME, Holder, payload
from gateway.schemas.oauth import TokenOut
from gateway.settings import Settings
from gateway.use_cases.hash_password import Passwords
from gateway.use_cases.sign_token import Signer, sign_token


@dataclass
class Office:
    """What the token endpoint works with. The signer is there once the application has started."""

    settings: Settings
    database: Database
    verifier: Verifier
    key_sets: KeySets
    wake: Callable[[], None]
    signer: Signer | None = field(default=None, repr=False)
    published: frozenset[str] = frozenset()
    passwords: Passwords = field(default_factory=Passwords, repr=False)

    @property
    def token_endpoint(self) -> str:
        """The one audience of a client's assertion."""
        return f"{self.settings.issuer.rstrip('/')}/oauth/token"

    @asynccontextmanager
    async def inside(self, agency: UUID, request_id: str = "") -> AsyncIterator[Transaction]:
        """A transaction of the gateway's own, within one agency's wall; committed at the end of the block."""
        by = Principal.system("gateway", agency_id=agency)
        async with self.database.transaction(by, request_id=request_id) as tx:
            yield tx


def issue_token(office: Office, holder: Holder) -> TokenOut:
    """Stamp and sign. Tokens live by the time on the wall, whatever the sandbox clock says."""
    if office.signer is None:
        raise SigningUnavailable("The gateway is starting.")
    now = int(real_now().timestamp()) if holder.issued_at is None else holder.issued_at
    claims = payload(holder, issuer=office.settings.issuer, now=now, jti=uuid4().hex)
    token = sign_token(office.signer, claims)
    return TokenOut(access_token=token, expires_in=LIFETIME, scope=" ".join(holder.scopes))
