"""A whole platform of our own: embedded PostgreSQL, a broker, seven services, the sandbox payer, the seed."""

import asyncio
import base64
import os
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import asyncpg
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jose import jwt
from shared.crypto import open_bytes
from shared.forgeries import Mint
from trellis.secretbook import read_secrets

ROOT = Path(__file__).resolve().parents[2]
TRELLIS = Path(sys.executable).parent / "trellis"


class Platform:
    """One running platform and its environment."""

    def __init__(self, state, port):
        self.state, self.port, self.url = state, port, f"http://127.0.0.1:{port}"
        self.environment = {
            **os.environ,
            "TRELLIS_PORT": str(port),
            "TRELLIS_STATE": str(state),
            "TRELLIS_HOME": str(ROOT),
            "TRELLIS_KEYS_REFRESH": "2",  # a rotation of the signing keys in a test's time
        }
        self.process = None

    def trellis(self, *arguments, timeout=900):
        command = [str(TRELLIS), *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=timeout)

    def start(self, *options):
        self.output = open(self.state / "up.log", "a")  # noqa: SIM115, PTH123
        command = [str(TRELLIS), "up", *options]
        self.process = subprocess.Popen(command, env=self.environment, stdout=self.output, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 600
        while time.monotonic() < deadline:
            assert self.process.poll() is None, (self.state / "up.log").read_text()[-3000:]
            if "Ctrl-C" in (self.state / "up.log").read_text() and self.is_ready():
                return
            time.sleep(0.5)
        raise TimeoutError((self.state / "up.log").read_text()[-3000:])

    def is_ready(self):
        try:
            return httpx.get(f"{self.url}/health/ready", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=60)
        self.output.close()

    def token(self, username, agency="alder"):
        """An access token of somebody of the sandbox."""
        body = {"agency": agency, "username": username}
        return httpx.post(f"{self.url}/v1/sandbox/tokens", json=body).raise_for_status().json()["access_token"]

    def ports(self):
        return [self.port + offset for offset in range(12)]


def free_block():
    """A port with its eleven neighbours free."""
    for base in range(21_000, 60_000, 20):
        if all(is_free(base + offset) for offset in range(13)):
            return base
    raise OSError("No free ports.")


def is_free(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture
def free_port_block():
    return free_block()


@pytest.fixture(scope="session")
def platform(tmp_path_factory):
    found = Platform(tmp_path_factory.mktemp("platform"), free_block())
    found.start()
    yield found
    if found.process.poll() is None:
        found.stop()


class Canary(socketserver.ThreadingTCPServer):
    """Counts whoever comes."""

    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        self.came = 0

    def process_request(self, request, client_address):
        self.came += 1
        self.shutdown_request(request)


@pytest.fixture(scope="module")
def canary():
    with Canary() as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


def signing_key(platform):
    """The key that signs just now, as only who holds the platform's secrets can read it."""
    book = read_secrets(platform.state)

    async def read():
        address = f"postgresql://postgres:{book.postgres_password}@127.0.0.1:{platform.port + 10}/gateway"
        connection = await asyncpg.connect(address)
        found = await connection.fetchrow("SELECT kid, private_sealed FROM signing_key WHERE status = 'active'")
        await connection.close()
        return found

    row = asyncio.run(read())
    master = base64.b64decode(book.master_key)
    pem = open_bytes(master, row["private_sealed"], f"signing_key|{row['kid']}".encode())
    return row["kid"], load_pem_private_key(pem, password=None)


@pytest.fixture(scope="module")
def mint(platform, canary):
    agency = jwt.get_unverified_claims(platform.token("administrator"))["agency"]
    return mint_of(platform, agency, f"http://127.0.0.1:{canary.server_address[1]}/")


def mint_of(platform, agency, canary):
    """Tokens of the platform's own key, for this agency."""
    kid, key = signing_key(platform)
    said = {"agency": agency, "roles": ["therapist"], "reach": "agency", "clinics": ["*"]}
    return Mint(
        lambda data: key.sign(data, PKCS1v15(), SHA256()),
        key.public_key(),
        kid,
        platform.url,
        canary,
        said,
    )
