"""Who calls. Tokens are verified here and nowhere else, by RFC 9068 and RFC 8725; python-jose only here."""

import asyncio
import hashlib
import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid5

import httpx
from fastapi import Request
from jose import jwk, jwt
from jose.exceptions import JOSEError
from jose.utils import base64url_decode, base64url_encode

from shared.errors import NotSignedIn, PurposeNotGranted, Unavailable

AUDIENCE = "trellis"
LONGEST = 600
LEEWAY = 30
KEYS_REFRESH = 300.0
UNKNOWN_KEY = 60.0  # seconds between two looks for a key that is not known
BANNED = frozenset({"jku", "x5u", "x5c", "jwk", "crit", "zip", "b64"})
KID = re.compile(r"[A-Za-z0-9_-]{1,64}")
SEGMENTS = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
SPOILT = (JOSEError, ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError)
TYPES = frozenset({"at+jwt"})
ASSERTION_TYPES = frozenset({"JWT", "client-authentication+jwt"})
ASSERTION_LONGEST = 300
JTI_LONGEST = 200
REQUIRED = ("iss", "aud", "sub", "client_id", "iat", "exp", "jti")
SYSTEM = UUID("6f3d6c1e-3b0f-5f5e-9d57-0b9f0c3a7a11")
ALL_CLINICS = "*"
OURS = "service:"
BREAK_GLASS = "BTG"
BREAKS_GLASS = "break-glass-grants:write"
GLASS = "glass"


@dataclass(frozen=True)
class Principal:
    """The caller, as the verified token says. `reach` tells whose rows the roles may reach at all (decision 4)."""

    id: UUID
    agency_id: UUID | None
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    clinics: tuple[str, ...] = ()
    reach: str = "none"
    clients: tuple[UUID, ...] = ()
    supervisor_id: UUID | None = None
    purpose: str = "TREAT"
    client_id: str = ""
    actor: UUID | None = None
    caused_by: str | None = None
    purposes: tuple[str, ...] = ()
    issued_at: int = 0
    expires_at: int = 0
    token_id: UUID | None = None
    recipient: str = "community_organisation"
    organization_id: UUID | None = None
    session_id: UUID | None = None

    @property
    def recipient_id(self) -> UUID:
        """Who is told what this caller is told: the organization for which an app acts, where it was registered."""
        return self.organization_id or self.id

    @property
    def subjects(self) -> tuple[UUID | None, ...]:
        """Whatever can be signed out and takes this token along. Our services go on when an agency is suspended."""
        agency = None if self.client_id.startswith(OURS) else self.agency_id
        return self.id, self.token_id, self.session_id, agency

    @classmethod
    def system(cls, service: str, *, agency_id: UUID | None = None, caused_by: str | None = None) -> "Principal":
        """The service itself, acting on an event or a timer."""
        return cls(
            uuid5(SYSTEM, service),
            agency_id,
            frozenset({"system"}),
            clinics=(ALL_CLINICS,),
            reach="agency",
            client_id=f"service:{service}",
            caused_by=caused_by,
        )

    @classmethod
    def of(cls, claims: dict[str, Any]) -> "Principal":
        return cls(
            UUID(claims["sub"]),
            UUID(claims["agency"]) if claims.get("agency") else None,
            frozenset(claims.get("roles", ())),
            frozenset(str(claims.get("scope", "")).split()),
            tuple(c if c == ALL_CLINICS else str(UUID(c)) for c in claims.get("clinics", ())),
            claims.get("reach", "none"),
            tuple(UUID(c) for c in claims.get("clients", ())),
            UUID(claims["sup"]) if claims.get("sup") else None,
            claims.get("purpose", "TREAT"),
            claims["client_id"],
            UUID(claims["act"]["sub"]) if claims.get("act") else None,
            purposes=tuple(str(purpose) for purpose in claims.get("purposes", ())),
            issued_at=claims["iat"],
            expires_at=claims["exp"],
            token_id=id_or_none(claims["jti"]),
            recipient=claims.get("recipient", "community_organisation"),
            organization_id=UUID(claims["organization"]) if claims.get("organization") else None,
            session_id=UUID(claims["sid"]) if claims.get("sid") else None,
        )


@dataclass(frozen=True)
class Requires:
    """The scope that a route needs; the edge has checked it before this gives the caller."""

    scope: str

    async def __call__(self, request: Request) -> Principal:
        by: Principal = request.state.by
        return by


def requires(scope: str) -> Any:
    """For scopes.py: `CanReadNotes = Annotated[Principal, requires(Scope.READ_NOTES)]`."""
    from fastapi import Depends

    return Depends(Requires(str(scope)))


Jwks = dict[str, Any]
SignedOut = dict[tuple[UUID | None, UUID], float]
"""Agency and subject (a person, an app, a session, one token, the agency) → since when, a timestamp, none counts."""


@dataclass
class Verifier:
    """Verifies access tokens offline from the issuer's keys; a token seen before is not verified again within 30 s.

    `read` gives the keys where they are nearer than `jwks_url`. Nobody in `signed_out` is let in by an older token.
    """

    issuer: str
    jwks_url: str
    refresh: float = KEYS_REFRESH
    read: Callable[[], Awaitable[Jwks]] | None = None
    keys: dict[str, Any] = field(default_factory=dict)
    fetched: float = -UNKNOWN_KEY
    seen: dict[bytes, tuple[float, Principal]] = field(default_factory=dict)
    signed_out: SignedOut = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def verify(self, token: str) -> Principal:
        """The caller. Raises NotSignedIn for a token that is not exactly right, Unavailable when no key can be had."""
        digest = hashlib.sha256(token.encode()).digest()
        if (hit := self.seen.get(digest)) and hit[0] > time.time():
            return self.still_in(hit[1])
        claims = check(token, await self.key_for(kid_of(token)), self.issuer)
        by = caller(claims)
        if len(self.seen) > 10_000:
            self.seen.clear()
        self.seen[digest] = (min(claims["exp"], time.time() + 30), by)
        return self.still_in(by)

    def still_in(self, by: Principal) -> Principal:
        """The caller, unless whoever or whatever the token stands on was signed out after it was made."""
        for subject in by.subjects:
            if subject and self.signed_out.get((by.agency_id, subject), -1.0) >= by.issued_at:
                raise NotSignedIn("The token was ended. Sign in again.")
        return by

    async def key_for(self, kid: str) -> Any:
        """While the keys are read, whoever has a known one goes on, and everybody else waits for them."""
        if kid not in self.keys if self.lock.locked() else self.is_due(kid):
            async with self.lock:
                if self.is_due(kid):
                    await self.renew(kid)
        if not self.keys:
            raise Unavailable("The keys of the issuer cannot be read.")
        if kid not in self.keys:
            raise NotSignedIn("The token's key is not known.")
        return self.keys[kid]

    def is_due(self, kid: str) -> bool:
        """Old keys are read again, and so are they for one that is not known: but rarely, whatever is asked for."""
        least = min(self.refresh, UNKNOWN_KEY) if self.keys else 1.0
        return time.monotonic() - self.fetched > (self.refresh if kid in self.keys else least)

    async def renew(self, kid: str) -> None:
        """Read the keys again. With a known key at hand a failure waits for the next time."""
        try:
            await self.fetch()
        except Unavailable:
            if kid not in self.keys:
                raise

    async def fetch(self) -> None:
        """Ask the issuer. A failed attempt counts as one too: unknown keys cannot make us ask again and again."""
        self.fetched = time.monotonic()
        try:
            self.load(await (self.read or self.ask)())
        except (httpx.HTTPError, JOSEError, ValueError, TypeError, AttributeError) as error:
            raise Unavailable("The keys of the issuer cannot be read.") from error

    async def ask(self) -> Jwks:
        async with httpx.AsyncClient(timeout=5) as client:
            found: Jwks = (await client.get(self.jwks_url)).raise_for_status().json()
        return found

    def load(self, jwks: Jwks) -> None:
        """Take the issuer's keys; at most ten, RSA for RS256 only."""
        self.fetched = time.monotonic()
        good = [k for k in jwks.get("keys", [])[:10] if k.get("kty") == "RSA" and KID.fullmatch(k.get("kid", ""))]
        self.keys = {k["kid"]: jwk.construct(k, "RS256") for k in good}


def header_of(token: str) -> dict[str, Any]:
    try:
        found = json.loads(base64url_decode(token.split(".", 1)[0].encode()))
    except (ValueError, RecursionError) as error:
        raise NotSignedIn("The token cannot be read.") from error
    return found if isinstance(found, dict) else {}


def kid_of(token: str, alg: str = "RS256", types: frozenset[str] = TYPES) -> str:
    """The key's id of a token whose header is as it must be; the algorithm is the issuer's, never the header's."""
    if len(token) > 8192 or not SEGMENTS.fullmatch(token) or not is_canonical(token.rpartition(".")[2]):
        raise NotSignedIn("The token cannot be read.")
    header = header_of(token)
    kid = header.get("kid")
    if header.get("alg") != alg or not is_one_of(header.get("typ"), types) or BANNED & header.keys():
        raise NotSignedIn("The token's header is not accepted.")
    if not isinstance(kid, str) or not KID.fullmatch(kid):
        raise NotSignedIn("The token's key is not known.")
    return kid


def is_one_of(value: Any, known: frozenset[str]) -> bool:
    return isinstance(value, str) and value in known


def is_canonical(segment: str) -> bool:
    """One spelling of a signature only: the decoder drops foreign characters and loose last bits without a word."""
    try:
        return bool(base64url_encode(base64url_decode(segment.encode())) == segment.encode())
    except ValueError:
        return False


def caller(claims: dict[str, Any]) -> Principal:
    try:
        return Principal.of(claims)
    except SPOILT as error:
        raise NotSignedIn("The token's claims cannot be read.") from error


def check(token: str, key: Any, issuer: str) -> dict[str, Any]:
    """The claims of a token whose signature, issuer, audience, times and required claims are right."""
    options: dict[str, Any] = {f"require_{name}": True for name in ("aud", "iat", "exp", "iss", "sub", "jti")}
    options |= {"leeway": 0, "verify_nbf": False}
    try:
        claims = dict(jwt.decode(token, key, ["RS256"], options, AUDIENCE, issuer))
    except SPOILT as error:
        raise NotSignedIn("The token is not valid, or no longer.") from error
    now = time.time()
    if not all(name in claims for name in REQUIRED) or {type(claims["aud"]), type(claims["client_id"])} != {str}:
        raise NotSignedIn("The token lacks a claim.")
    check_times(claims)
    if claims["exp"] - claims["iat"] > LONGEST or max(claims["iat"], claims.get("nbf", 0)) > now + LEEWAY:
        raise NotSignedIn("The token's times are not accepted.")
    return claims


def check_times(claims: dict[str, Any]) -> None:
    times = [claims[name] for name in ("iat", "exp", "nbf") if name in claims]
    if not all(isinstance(t, int) and not isinstance(t, bool) for t in times):
        raise NotSignedIn("The token's times cannot be read.")


def subject_of(token: str) -> str:
    """Whom a token names, before anything of it is verified: only to look up whose key verifies it."""
    try:
        named = json.loads(base64url_decode(token.split(".")[1].encode())).get("sub")
    except (*SPOILT, IndexError):
        return ""
    return named if isinstance(named, str) else ""


def check_assertion(token: str, key: Jwks, alg: str, client_id: str, audience: str) -> tuple[str, int]:
    """`jti` and `exp` of a client's assertion of itself (RFC 7523 section 3). Raises NotSignedIn."""
    options: dict[str, Any] = {f"require_{name}": True for name in ("aud", "exp", "iss", "sub", "jti")}
    options |= {"leeway": LEEWAY, "verify_nbf": False}
    try:
        claims = dict(jwt.decode(token, jwk.construct(key, alg), [alg], options, audience, client_id, client_id))
    except SPOILT as error:
        raise NotSignedIn("The assertion is not valid, or no longer.") from error
    check_times(claims)
    now, jti = time.time(), claims["jti"]
    if claims["aud"] != audience or not isinstance(jti, str) or not 0 < len(jti) <= JTI_LONGEST:
        raise NotSignedIn("The assertion lacks a claim.")
    made = max(claims.get("iat", 0), claims.get("nbf", 0))
    if made > now + LEEWAY or claims["exp"] - max(claims.get("iat", 0), now - LEEWAY) > ASSERTION_LONGEST + LEEWAY:
        raise NotSignedIn("The assertion's times are not accepted.")
    return jti, claims["exp"]


def id_or_none(text: Any) -> UUID | None:
    try:
        return UUID(text)
    except (ValueError, TypeError, AttributeError):
        return None


def for_purpose(by: Principal, purpose: str | None) -> Principal:
    """One request's purpose of use. An app names one that it was granted; a person for treatment a narrower one; who
    looks at his own does so at his own request."""
    if by.reach == "own":
        return replace(by, purpose="PATRQT")
    if by.purposes:
        if purpose and purpose not in by.purposes:
            raise PurposeNotGranted(f"Granted are: {', '.join(by.purposes)}.")
        return replace(by, purpose=purpose or by.purpose)
    if purpose == BREAK_GLASS:
        return breaking_glass(by)
    narrower = by.purpose == "TREAT" and purpose in ("HPAYMT", "HOPERAT", "PATRQT")
    return replace(by, purpose=purpose) if narrower and purpose else by


def breaking_glass(by: Principal) -> Principal:
    """Who says so reaches the clients of his open grants, for this request, and nobody else."""
    if by.reach != "caseload" or BREAKS_GLASS not in by.scopes:
        raise PurposeNotGranted("Break-glass is for clinicians who do not reach the record by their role.")
    return replace(by, purpose=BREAK_GLASS, reach=GLASS)


def bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn("Send an access token: Authorization: Bearer …")
    return token
