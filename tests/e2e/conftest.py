"""A whole platform of our own: embedded PostgreSQL, a broker, seven services, the sandbox payer, the seed."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

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

    def start(self):
        self.output = open(self.state / "up.log", "a")  # noqa: SIM115, PTH123
        command = [str(TRELLIS), "up"]
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
