"""The embedded stack: PostgreSQL, broker, services and sandbox payer as our children, from first to last and back."""

import hashlib
import json
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType

import httpx

from trellis import brokers, environment, postgres
from trellis.forks import warm_up
from trellis.layout import HOST, PAYER, SERVICES, Layout
from trellis.machine import check_machine
from trellis.ports import is_listening
from trellis.problems import Ended, Trouble
from trellis.processes import Child, PythonChild, stop_all
from trellis.secretbook import SecretBook, open_secrets, path_of
from trellis.show import Step, complain, console, step

AT_ONCE = 2
PATIENCE = 90.0
RESTARTS = 5
RESTART_WINDOW = 120.0


@dataclass
class Stack:
    """One platform. `start`, then `watch` until a signal, then `stop`: services, broker, PostgreSQL.

    A child that ends is started again, `restarts_allowed` times in RESTART_WINDOW; `tell` is told of each.
    """

    layout: Layout
    book: SecretBook
    tiers: list[list[Child]] = field(default_factory=lambda: [[], [], []])
    restarts: dict[str, list[float]] = field(default_factory=dict)
    restarts_allowed: float = RESTARTS
    tell: Callable[[str], None] = complain

    @property
    def children(self) -> list[Child]:
        return [child for tier in self.tiers for child in tier]

    def start(self) -> None:
        """Everything up and ready; raises Trouble with one line when something does not come."""
        self.layout.logs.mkdir(parents=True, exist_ok=True)
        warm_up()
        with step("PostgreSQL and broker") as shown:
            self.start_parts(shown)
        self.prepare_databases()
        with step("Services ready") as shown:
            self.start_services(shown)
        self.note_processes()

    def start_parts(self, shown: Step) -> None:
        ready: dict[str, Callable[[], bool]] = {}
        if self.layout.has_own_postgres:
            self.start_postgres()
            ready["postgres"] = lambda: postgres.is_ready(self.layout.port_of("postgres"))
        if self.layout.has_own_broker:
            self.launch(1, brokers.broker(self.layout))
            ready["broker"] = lambda: is_listening(self.layout.port_of("kafka"))
        shown.note = ", ".join(ready) or "yours"
        self.await_all(ready, shown)

    def start_postgres(self) -> None:
        data = self.layout.state / "postgres"
        if postgres.make_cluster(data, self.book.postgres_password):
            stamps(self.layout).unlink(missing_ok=True)
        self.launch(0, postgres.server(data, self.layout.port_of("postgres"), self.layout.logs / "postgres.log"))

    def prepare_databases(self) -> None:
        """Database, roles and migrations per service, two at a time; those that nothing changed for are left out."""
        wanted = {service: fingerprint(self.layout, service) for service in SERVICES}
        done = read_stamps(self.layout) if self.layout.has_own_postgres else {}
        stale = [service for service in SERVICES if done.get(service) != wanted[service]]
        if not stale:
            return
        with step("Databases and migrations") as shown:
            self.run_jobs([self.setup_jobs(service) for service in stale], shown)
            shown.note = f"{len(stale)} services"
        stamps(self.layout).write_text(json.dumps(wanted, indent=2))

    def setup_jobs(self, service: str) -> list[Child]:
        create, migrate = environment.of_setup, environment.of_service
        return [
            PythonChild(
                service,
                ["shared.run", "database"],
                create(self.layout, self.book, service),
                self.layout.logs / f"{service}.setup.log",
                self.layout.service_folder(service),
            ),
            PythonChild(
                service,
                ["shared.run", "migrate"],
                migrate(self.layout, self.book, service),
                self.layout.logs / f"{service}.setup.log",
                self.layout.service_folder(service),
            ),
        ]

    def run_jobs(self, queue: list[list[Child]], shown: Step) -> None:
        """Run chains of jobs, AT_ONCE chains side by side; the first that fails ends the start."""
        running: list[list[Child]] = []
        while queue or running:
            while queue and len(running) < AT_ONCE:
                chain = queue.pop(0)
                self.launch(2, chain[0])
                running.append(chain)
            shown.say(", ".join(chain[0].name for chain in running))
            running = [left for chain in running if (left := self.advance(chain))]
            time.sleep(0.02)

    def advance(self, chain: list[Child]) -> list[Child]:
        """The chain without its first job once that is done, the next one started."""
        code = chain[0].code()
        if code is None:
            return chain
        self.tiers[2].remove(chain[0])
        if code:
            raise Trouble(f"{chain[0].name}: {' '.join(chain[0].command)} failed: {chain[0].last_words()}")
        if chain[1:]:
            self.launch(2, chain[1])
        return chain[1:]

    def start_services(self, shown: Step) -> None:
        self.launch(2, self.payer())
        for service in SERVICES:
            self.launch(2, self.service(service))
        with httpx.Client(timeout=2) as client:
            self.await_all({name: partial(answers, client, self.layout.url(name)) for name in SERVICES}, shown)

    def service(self, service: str) -> Child:
        return PythonChild(
            service,
            ["shared.run", "all"],
            environment.of_service(self.layout, self.book, service),
            self.layout.logs / f"{service}.log",
            self.layout.service_folder(service),
        )

    def payer(self) -> Child:
        told = {
            **environment.machine(),
            "SANDBOX_PAYER_HOST": HOST,
            "SANDBOX_PAYER_PORT": str(self.layout.port_of(PAYER)),
        }
        return PythonChild(
            PAYER,
            ["sandbox_payer"],
            told,
            self.layout.logs / f"{PAYER}.log",
            self.layout.home / "sandbox" / "payer",
        )

    def launch(self, tier: int, child: Child) -> None:
        self.tiers[tier].append(child)
        child.start()

    def await_all(self, ready: dict[str, Callable[[], bool]], shown: Step) -> None:
        """Wait until all are ready; a child that ended, or too long a wait, is said in one line."""
        waiting, deadline = dict(ready), time.monotonic() + PATIENCE
        while waiting:
            shown.say("waiting for " + ", ".join(waiting))
            self.refuse_the_dead()
            waiting = {name: test for name, test in waiting.items() if not test()}
            if waiting and time.monotonic() > deadline:
                raise Trouble(f"{', '.join(waiting)} not ready after {PATIENCE:.0f} s: see {self.layout.logs}.")
            time.sleep(0.1 if waiting else 0)

    def refuse_the_dead(self) -> None:
        for child in self.children:
            if child.code() is not None:
                raise Trouble(f"{child.name} ended with {child.code()}: {child.last_words()} ({child.log})")

    def note_processes(self) -> None:
        """For `trellis status`: which process is whose."""
        pids = {"trellis": os.getpid(), **{child.name: child.pid for child in self.children}}
        (self.layout.state / "processes.json").write_text(json.dumps(pids))

    def watch(self) -> None:
        """Until a signal ends us."""
        while True:
            time.sleep(0.5)
            self.look_after()

    def look_after(self) -> None:
        """Start again what has ended, but not for ever."""
        for child in self.children:
            if child.code() is not None:
                self.restart(child)

    def restart(self, child: Child) -> None:
        now = time.monotonic()
        recent = [at for at in self.restarts.get(child.name, []) if at > now - RESTART_WINDOW]
        if len(recent) >= self.restarts_allowed:
            raise Trouble(f"{child.name} ended {len(recent) + 1} times in {RESTART_WINDOW:.0f} s: see {child.log}.")
        self.tell(f"{child.name} ended with {child.code()}; starting it again. Its log: {child.log}")
        self.restarts[child.name] = [*recent, now]
        child.start()
        self.note_processes()

    def stop(self) -> None:
        """Services first, then the broker, then PostgreSQL; signals that come now change nothing."""
        for each in ENDING:
            signal.signal(each, signal.SIG_IGN)
        for tier in reversed(self.tiers):
            stop_all(tier)
        (self.layout.state / "processes.json").unlink(missing_ok=True)


ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def answers(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(f"{url}/health/ready").status_code == 200
    except httpx.HTTPError:
        return False


def stamps(layout: Layout) -> Path:
    return layout.state / "migrated.json"


def read_stamps(layout: Layout) -> dict[str, str]:
    path = stamps(layout)
    return dict(json.loads(path.read_text())) if path.exists() else {}


def fingerprint(layout: Layout, service: str) -> str:
    """Changes with everything that decides how a service's database looks."""
    shared = layout.home / "libs" / "shared" / "src" / "shared"
    digest = hashlib.sha256(path_of(layout.state).read_bytes())
    for path in (*setup_sources(shared), *sorted((layout.service_folder(service) / "migrations").rglob("*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def setup_sources(shared: Path) -> Iterable[Path]:
    return (shared / "databases.py", shared / "migrations.py", *sorted(shared.glob("*.sql")))


@contextmanager
def platform(layout: Layout) -> Iterator[Stack]:
    """A platform that is up inside the block and gone after it. Ctrl-C, SIGTERM and SIGHUP raise Ended in the block."""
    layout.state.mkdir(mode=0o700, exist_ok=True)
    if layout.has_own_postgres and (layout.state / "postgres").exists() and not path_of(layout.state).exists():
        raise Trouble(
            f"{layout.state / 'postgres'} belongs to secrets that are gone: put {path_of(layout.state)} back, "
            "or remove .trellis to begin anew."
        )
    check_machine(layout)
    stack = Stack(layout, open_secrets(layout.state))
    before = {each: signal.signal(each, end) for each in ENDING}
    try:
        stack.start()
        yield stack
    finally:
        console.print("[dim]Ending services, broker, PostgreSQL…[/dim]")
        stack.stop()
        for each, handler in before.items():
            signal.signal(each, handler)


def end(number: int, frame: FrameType | None) -> None:
    raise Ended(signal.Signals(number).name)
