"""Real parts, each a child of ours: PostgreSQL, a broker, proxies before both, and services forked from the zygote."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
from office import Office
from proxy import Proxy
from trellis import brokers, kraft, postgres
from trellis.layout import OFFSETS, Layout
from trellis.ports import free_ports, is_listening
from trellis.processes import Child, stop_all

HERE = Path(__file__).resolve().parent
SERVICES = HERE.parents[1] / "libs" / "shared" / "tests"
PASSWORD = "faults"
APACHE = os.environ.get("KAFKA", "").lower() == "apache" or "TRELLIS_TEST_KAFKA" in os.environ


def free_port() -> int:
    return free_ports(1)[0]


@dataclass
class Process:
    """One service process. `ended` gives its exit code; a kill that we did not send came from its fault point."""

    role: str
    number: int
    armed: str = ""
    pid: int = 0
    born: asyncio.Future[int] = field(default_factory=lambda: asyncio.get_running_loop().create_future(), repr=False)
    ended: asyncio.Future[int] = field(default_factory=lambda: asyncio.get_running_loop().create_future(), repr=False)

    @property
    def alive(self) -> bool:
        return not self.ended.done()

    def tell(self, what: signal.Signals) -> None:
        if self.alive and self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, what)

    async def kill(self) -> None:
        self.tell(signal.SIGKILL)
        await self.ended

    async def stop(self) -> int:
        """End it as an operator does."""
        self.tell(signal.SIGTERM)
        self.tell(signal.SIGCONT)
        try:
            return await asyncio.wait_for(asyncio.shield(self.ended), 15)
        except TimeoutError:
            await self.kill()
            return -signal.SIGKILL


class Zygote:
    """The parent of all service processes."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment, self.count, self.children = dict(environment), 0, dict[int, Process]()
        self.process: asyncio.subprocess.Process | None = None
        self.reader: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, str(HERE / "zygote.py"), stdin=-1, stdout=-1, env=self.environment
        )
        assert self.process.stdout and json.loads(await self.process.stdout.readline()) == {"ready": True}
        self.reader = asyncio.create_task(self.read())

    async def read(self) -> None:
        assert self.process and self.process.stdout
        async for line in self.process.stdout:
            said = json.loads(line)
            child = self.children[said["id"]]
            if "pid" in said:
                child.pid = said["pid"]
                child.born.set_result(child.pid)
            else:
                del self.children[said["id"]]
                child.ended.set_result(said["exit"])

    async def fork(self, role: str, armed: str = "", **order: Any) -> Process:
        assert self.process and self.process.stdin
        self.count += 1
        child = self.children[self.count] = Process(role, self.count, armed)
        self.process.stdin.write(json.dumps({"id": self.count, **order}).encode() + b"\n")
        await child.born
        return child

    async def stop(self) -> None:
        if self.process and self.process.stdin:
            self.process.stdin.close()
            await self.process.wait()
        if self.reader:
            await self.reader


class Stack:
    """`roles`: `api` and `worker` are the bakery's, apart; `eater`, `eater_2`… are whole services, a database each."""

    def __init__(self, eaters: int = 1) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="trellis-faults-"))
        self.folder.chmod(0o755)
        self.eaters = ["eater", *(f"eater_{n}" for n in range(2, eaters + 1))]
        self.office = Office()
        listening = ("api", "worker", "spare", *self.eaters)
        self.ports = dict(zip(listening, free_ports(len(listening)), strict=True))
        self.running: dict[str, Process] = {}
        self.broker_port, self.controller_port, self.database_port = free_ports(3)
        self.broker_proxy, self.database_proxy = Proxy(self.broker_port), Proxy(self.database_port)
        self.postgres = postgres.server(self.folder / "postgres", self.database_port, self.folder / "postgres.log")
        self.broker = Child("broker", [], {}, self.folder)
        self.zygote = Zygote({})
        self.connections: dict[str, Any] = {}

    @property
    def broker_address(self) -> str:
        return f"127.0.0.1:{self.broker_proxy.port}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['api']}"

    def superuser_url(self, database: str = "postgres") -> str:
        """Past the proxy: what looks on does not suffer."""
        return f"postgresql://postgres:{PASSWORD}@127.0.0.1:{self.database_port}/{database}"

    async def start(self) -> None:
        await asyncio.gather(self.office.start(), self.broker_proxy.start(), self.database_proxy.start())
        await asyncio.to_thread(postgres.make_cluster, self.folder / "postgres", PASSWORD)
        self.postgres.start()
        self.broker = await asyncio.to_thread(self.make_broker)
        self.broker.start()
        self.zygote = Zygote(self.environment())
        await asyncio.gather(self.zygote.start(), self.is_up(self.database_port), self.is_up(self.broker_port))
        await self.wait_for_postgres()
        await asyncio.gather(*(self.make_database(service) for service in ("bakery", *self.eaters)))

    async def stop(self) -> None:
        for connection in self.connections.values():
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.wait_for(connection.close(), 2)
        await self.zygote.stop()
        await asyncio.gather(self.office.stop(), self.broker_proxy.stop(), self.database_proxy.stop())
        await asyncio.to_thread(stop_all, [self.broker, self.postgres])
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self) -> dict[str, str]:
        paths = [str(SERVICES / name / "src") for name in ("bakery", "eater")]
        urls = {"bakery": self.url, **{name: f"http://127.0.0.1:{self.ports[name]}" for name in self.eaters}}
        return {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([*paths, os.environ.get("PYTHONPATH", "")]),
            "SERVICE": "bakery",
            "TRELLIS_SANDBOX": "true",
            "TRELLIS_FAULTPOINT": "",
            "TRELLIS_DATABASE_URL": self.superuser_url(),
            "KAFKA_BOOTSTRAP_SERVERS": self.broker_address,
            "TRELLIS_ISSUER": self.office.url,
            "TRELLIS_JWKS_URL": f"{self.office.url}/jwks",
            "TRELLIS_TOKEN_URL": f"{self.office.url}/token",
            "TRELLIS_SERVICE_URLS": json.dumps(urls),
            "BAKERY_RECEIVER_URL": f"{self.office.url}/fax",
        }

    def make_broker(self) -> Child:
        """The one that KAFKA names, its advertised address being the proxy's."""
        if APACHE:
            return self.make_apache()
        child = brokers.in_memory(Layout(self.folder, self.broker_port - OFFSETS["kafka"], state_folder=self.folder))
        command = list(child.command)
        command[command.index("--advertised-listener-url") + 1] = f"tcp://{self.broker_address}"
        child.command = command
        return child

    def make_apache(self) -> Child:
        """One node; the release is fetched once per clone."""
        kept = Path(os.environ.get("TRELLIS_STATE", HERE.parents[1] / ".trellis")) / "kafka"
        kafka = kraft.Kafka(kraft.fetch(kept, kept.with_name("maven.log")))
        more = {"advertised.listeners": f"PLAINTEXT://{self.broker_address}"}
        node = kraft.Node(1, self.broker_port, self.controller_port, self.folder / "kafka", more)
        kraft.prepare(kafka, [node])
        return kafka.child(node, self.folder / "broker.log")

    async def is_up(self, port: int, patience: float = 60) -> None:
        deadline = time.monotonic() + patience
        while not is_listening(port):
            if time.monotonic() > deadline:
                raise TimeoutError(f"Nothing listens on port {port}.")
            await asyncio.sleep(0.02)

    async def wait_for_postgres(self, patience: float = 60) -> None:
        deadline = time.monotonic() + patience
        while True:
            try:
                await (await asyncpg.connect(self.superuser_url(), timeout=5)).close()
                return
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.05)

    async def make_database(self, service: str) -> None:
        package = service.split("_", 1)[0]
        for verb in ("database", "migrate"):
            child = await self.order(service, package, verb)
            if await child.ended:
                raise RuntimeError(f"{service} {verb}: {self.log(service)[-1500:]}")

    async def order(
        self, service: str, package: str, verb: str, role: str = "", armed: str = "", **more: str
    ) -> Process:
        address = f"postgresql://127.0.0.1:{self.database_proxy.port}/{service}"
        environment = {
            "SERVICE": package,
            f"{package.upper()}_DATABASE_URL": address,
            "TRELLIS_FAULTPOINT": armed,
            **more,
        }
        return await self.zygote.fork(
            role or service, armed, service=service, package=package, verb=verb,
            log=str(self.folder / f"{role or service}.log"), environment=environment,
        )  # fmt: skip

    async def run(self, role: str, armed: str = "", port: int | None = None, **more: str) -> Process:
        """Start a process of this role; `armed` is a fault point as TRELLIS_FAULTPOINT names it."""
        verb = role if role in ("api", "worker") else "all"
        service = "bakery" if role in ("api", "worker") else role
        package = service.split("_", 1)[0]
        listens = {f"{package.upper()}_PORT": str(port or self.ports[role])}
        child = self.running[role] = await self.order(service, package, verb, role, armed, **listens, **more)
        return child

    async def ensure(self, *roles: str) -> None:
        """Have these running, unarmed, and listening."""
        for role in roles:
            found = self.running.get(role)
            if found and found.alive and found.armed:
                await found.kill()
            if not found or not found.alive:
                await self.run(role)
        await asyncio.gather(*(self.is_up(self.ports[role]) for role in roles))

    async def end(self, *roles: str) -> None:
        """Stop these, or all, as an operator does."""
        await asyncio.gather(*(self.running[role].stop() for role in roles or self.running if role in self.running))

    async def restart_broker(self) -> None:
        """Kill and start anew: the embedded one has forgotten everything then."""
        self.broker.tell(signal.SIGKILL)
        if self.broker.process:
            await asyncio.to_thread(self.broker.process.wait)
        self.broker.start()
        await self.is_up(self.broker_port)

    async def lose_broker(self) -> None:
        """The broker comes back without anything that it was told."""
        if APACHE:
            self.broker.tell(signal.SIGKILL)
            shutil.rmtree(self.folder / "kafka")
            await asyncio.to_thread(self.make_broker)
        await self.restart_broker()

    async def database(self, name: str) -> Any:
        """A superuser's connection that sees everything, kept for all tests."""
        found = self.connections.get(name)
        if found is None or found.is_closed():
            found = self.connections[name] = await asyncpg.connect(self.superuser_url(name))
        return found

    def log(self, role: str) -> str:
        path = self.folder / f"{role}.log"
        return path.read_text(errors="replace") if path.exists() else ""
