"""Tables for people: how the platform is, and who is in the sandbox."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import psutil
from rich.table import Table
from shared.operate import age

from trellis.layout import PAYER, SERVICES, Layout
from trellis.ports import is_listening
from trellis.secretbook import SecretBook, read_secrets

MEGABYTE = 1_000_000
OURSELVES = "trellis"
Positions = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Report:
    """What one service says of itself; None where it does not say."""

    is_ready: bool
    progress: Mapping[str, Any] | None = None
    figures: Mapping[str, Any] | None = None


def people_table(people: Iterable[Mapping[str, Any]]) -> Table:
    """Each username once, with the agencies that have one of that name."""
    agencies: dict[tuple[str, str], list[str]] = {}
    for person in people:
        agencies.setdefault((person["username"], ", ".join(person["roles"])), []).append(person["agency"])
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("username", "role", "agencies"):
        table.add_column(column)
    for (username, roles), slugs in sorted(agencies.items()):
        table.add_row(username, roles, ", ".join(slugs))
    return table


def status_table(layout: Layout) -> tuple[Table, bool]:
    """Readiness, lag and memory of every part of the platform on this machine; False when something is not ready."""
    book, held = read_secrets(layout.state), holdings(pids_of(layout))
    with httpx.Client(timeout=5) as client:
        reports = {service: report_of(client, layout, book, service) for service in SERVICES}
        payer = is_up(client, layout.url(PAYER), "/health/ready")
    heads = heads_of(reports.values())
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column, side in (
        ("part", "left"),
        ("address", "left"),
        ("ready", "left"),
        ("to apply", "right"),
        ("in hand", "right"),
        ("aside", "right"),
        ("unsent for", "right"),
        ("overdue", "right"),
        ("outward", "right"),
        ("heard", "right"),
        ("memory", "right"),
    ):
        table.add_column(column, justify=side)  # type: ignore[arg-type]
    for service, report in reports.items():
        table.add_row(
            service,
            layout.url(service),
            mark(report.is_ready),
            lag_text(report, heads),
            busy_text(report),
            *figure_texts(report.figures),
            megabytes(held.get(service)),
        )
    table.add_row(PAYER, layout.url(PAYER), mark(payer), *[""] * 7, megabytes(held.get(PAYER)))
    table.add_row(
        "broker", layout.broker_servers, mark(broker_answers(layout)), *[""] * 7, megabytes(held.get("broker"))
    )
    table.add_row("postgres", layout.database_address, *[""] * 8, megabytes(held.get("postgres")))
    table.add_row(OURSELVES, *[""] * 9, megabytes(held.get(OURSELVES)))
    table.add_row("together", *[""] * 9, megabytes(sum(held.values())))
    return table, all(report.is_ready for report in reports.values())


def pids_of(layout: Layout) -> dict[str, int]:
    path = layout.state / "processes.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


def report_of(client: httpx.Client, layout: Layout, book: SecretBook | None, service: str) -> Report:
    is_ready = is_up(client, layout.url(service), "/health/ready")
    if not (is_ready and book):
        return Report(is_ready)
    return Report(is_ready, *internal_of(client, layout, book, service, ("progress", "figures")))


def is_up(client: httpx.Client, url: str, path: str) -> bool:
    try:
        return client.get(url + path).status_code == 200
    except httpx.HTTPError:
        return False


def internal_of(
    client: httpx.Client, layout: Layout, book: SecretBook, service: str, names: Iterable[str]
) -> list[Mapping[str, Any] | None]:
    """What it says of itself, asked with the service's own token; None where it does not answer."""
    form = {
        "grant_type": "client_credentials",
        "client_id": f"service:{service}",
        "client_secret": book.client_secrets[service],
    }
    try:
        token = client.post(f"{layout.gateway_url}/oauth/token", data=form).raise_for_status().json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        found = [client.get(f"{layout.url(service)}/internal/{name}", headers=headers) for name in names]
        return [answer.raise_for_status().json() for answer in found]
    except (httpx.HTTPError, KeyError, ValueError):
        return [None for _ in names]


def heads_of(reports: Iterable[Report]) -> dict[tuple[str, str], int]:
    """The last position told, per topic and partition."""
    told = (report.progress["heads"] for report in reports if report.progress)
    return {(topic, part): at for heads in told for topic, parts in heads.items() for part, at in parts.items()}


def lag_text(report: Report, heads: Mapping[tuple[str, str], int]) -> str:
    """How many positions of the topics it listens to it has not applied."""
    if not report.progress:
        return "?"
    applied: Positions = report.progress["applied"]
    return str(sum(max(0, at - applied[topic].get(part, 0)) for (topic, part), at in heads.items() if topic in applied))


def busy_text(report: Report) -> str:
    return str(report.progress["busy"]) if report.progress else "?"


def figure_texts(figures: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Events set aside, age of the oldest unsent one, timers overdue, intents pending, since when nothing was heard."""
    if figures is None:
        return ("?",) * 5
    aside = sum(events for events, _ in figures["aside"].values())
    heard = figures["consumer_age"]
    return (
        with_age(aside, max((oldest for _, oldest in figures["aside"].values()), default=0)),
        age(int(figures["relay_delay"])) if figures["relay_delay"] else "–",
        with_age(figures["timers_overdue"], figures["timers_oldest"]),
        with_age(figures["outbound_pending"], figures["outbound_oldest"]),
        age(int(heard)) if heard is not None else "–",
    )


def with_age(count: int, seconds: float) -> str:
    return f"{count} ({age(int(seconds))})" if count else "0"


def mark(is_ready: bool) -> str:
    return "[green]ready[/green]" if is_ready else "[red]not ready[/red]"


def broker_answers(layout: Layout) -> bool:
    return is_listening(layout.port_of("kafka")) if layout.has_own_broker else True


def holdings(pids: Mapping[str, int]) -> dict[str, int]:
    """Bytes that each part and what it started hold; what several share is counted once (PSS) where known. Ours is what
    no other part holds: the supervisor and the server that the services are forked from."""
    trees = {name: tree(pid) for name, pid in pids.items()}
    others = {process for name, found in trees.items() if name != OURSELVES for process in found}
    trees[OURSELVES] = trees.get(OURSELVES, set()) - others
    return {name: sum(map(held_by, found)) for name, found in trees.items()}


def tree(pid: int) -> set[psutil.Process]:
    """A process and all that descend from it."""
    try:
        process = psutil.Process(pid)
        return {process, *process.children(recursive=True)}
    except psutil.Error:
        return set()


def held_by(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
    except psutil.Error:
        return 0
    held: int = getattr(full, "pss", full.rss)
    return held


def megabytes(held: int | None) -> str:
    return f"{held / MEGABYTE:.0f} MB" if held else ""
