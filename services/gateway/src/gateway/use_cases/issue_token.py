from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from shared.auth import Verifier
from shared.clock import real_now
from shared.db import Database

from gateway.errors import SigningUnavailable
from gateway.integrations import KeySets
from gateway.rules.claims import LIFETIME, Holder, payload
from gateway.schemas import TokenOut
from gateway.settings import Settings
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

    @property
    def token_endpoint(self) -> str:
        """The one audience of a client's assertion."""
        return f"{self.settings.issuer.rstrip('/')}/oauth/token"


def issue_token(office: Office, holder: Holder) -> TokenOut:
    """Stamp and sign. Tokens live by the time on the wall, whatever the sandbox clock says."""
    if office.signer is None:
        raise SigningUnavailable("The gateway is starting.")
    claims = payload(holder, issuer=office.settings.issuer, now=int(real_now().timestamp()), jti=uuid4().hex)
    token = sign_token(office.signer, claims)
    return TokenOut(access_token=token, expires_in=LIFETIME, scope=" ".join(holder.scopes))
