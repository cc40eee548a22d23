"""`trellis`: the operator's command line."""

import functools
import os
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from trellis.api import Gateway, Problem
from trellis.brokers import what_it_is
from trellis.durations import iso_duration
from trellis.layout import Layout, gateway_url, layout_from
from trellis.machine import only_one
from trellis.problems import Ended, Trouble
from trellis.secretbook import operator_secret
from trellis.show import complain, console

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
clock_app = typer.Typer(no_args_is_help=True, help="The sandbox clock of the running platform.")
app.add_typer(clock_app, name="clock")
keys_app = typer.Typer(no_args_is_help=True, help="The keys that sign access tokens.")
app.add_typer(keys_app, name="keys")
topics_app = typer.Typer(no_args_is_help=True, help="The topics of a Kafka cluster, as topics.toml declares them.")
app.add_typer(topics_app, name="topics")
audit_app = typer.Typer(no_args_is_help=True, help="The audit as evidence.")
app.add_typer(audit_app, name="audit")
agency_app = typer.Typer(no_args_is_help=True, help="The agencies of this installation.")
app.add_typer(agency_app, name="agency")


def plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """What goes wrong is one line and exit code 1; Ctrl-C is an end like any other."""

    @functools.wraps(command)
    def run(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except (Trouble, Problem) as problem:
            complain(str(problem))
            sys.exit(1)
        except (Ended, KeyboardInterrupt):
            sys.exit(0)

    return run


@app.command()
@plainly
def up(seed: Annotated[bool, typer.Option(help="Seed the sandbox at the first start.")] = True) -> None:
    """Start the whole platform on this machine and keep it until Ctrl-C."""
    from trellis.seed import forget_cut_seed, seed_once
    from trellis.stack import platform

    layout = layout_from(os.environ)
    console.print(what_it_is(layout))
    with only_one(layout):
        forget_cut_seed(layout)
        with platform(layout) as stack:
            if seed:
                seed_once(layout)
            welcome(layout)
            stack.watch()


def welcome(layout: Layout) -> None:
    """Where it is, and how to be somebody."""
    from trellis.report import people_table

    with Gateway(layout.gateway_url) as gateway:
        people = gateway.people()
    console.print()
    console.print(f"Trellis is up:  [bold]{layout.gateway_url}[/bold]")
    console.print(f"The API's page: [bold]{layout.gateway_url}/docs[/bold]")
    if people:
        console.print(
            "Be somebody:    [bold].venv/bin/trellis token --as USERNAME[/bold] prints an access token "
            "(add --agency SLUG where a name is in both)"
        )
        console.print(people_table(people))
    console.print("In a second terminal: make demo · .venv/bin/trellis status · .venv/bin/trellis clock advance 7d")
    console.print("[dim]Ctrl-C ends everything; .trellis keeps it for the next make run.[/dim]")


@app.command()
@plainly
def status() -> None:
    """Readiness, lag and memory of every part."""
    from trellis.report import status_table

    table, is_well = status_table(layout_from(os.environ))
    console.print(table)
    if not is_well:
        sys.exit(1)


@app.command()
@plainly
def token(
    username: Annotated[str, typer.Option("--as", help="A person of the sandbox: see `trellis people`.")],
    agency: Annotated[str, typer.Option(help="The agency's slug.")] = "",
    purpose: Annotated[str, typer.Option(help="Purpose of use.")] = "TREAT",
) -> None:
    """Print an access token of a person of the sandbox."""
    with Gateway(gateway_url()) as gateway:
        slug = agency or agency_of(gateway, username)
        print(gateway.sandbox_token(slug, username, purpose)["access_token"])


def agency_of(gateway: Gateway, username: str) -> str:
    """The first agency that has a person of that name."""
    found = [person["agency"] for person in gateway.people() if person["username"] == username]
    if not found:
        raise Trouble(f"Nobody here is called {username}: see `trellis people`.")
    return str(found[0])


@app.command()
@plainly
def people() -> None:
    """Who is in the sandbox, and what each may do."""
    from trellis.report import people_table

    with Gateway(gateway_url()) as gateway:
        console.print(people_table(gateway.people()))


@clock_app.command("show")
@plainly
def clock_show() -> None:
    """What time it is in the sandbox."""
    with Gateway(gateway_url()) as gateway:
        console.print(gateway.clock()["now"])


@clock_app.command("advance")
@plainly
def clock_advance(duration: Annotated[str, typer.Argument(help="7d, 2w, 36h, 1d12h, 30m.")]) -> None:
    """Move the clock of the whole platform forward, from due time to due time, until all is quiet."""
    with Gateway(gateway_url()) as gateway, console.status("Time passes…"):
        moved = gateway.advance(iso_duration(duration))
    console.print(
        f"It is {moved['now']}; the clock stopped {moved.get('steps', 0)} times on the way, "
        f"at {moved.get('fired', 0)} of them something fell due."
    )
    if stuck := moved.get("stuck"):
        console.print(f"It passed by what fails again and again in {', '.join(stuck)}: see `trellis status`.")


OURSELVES = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}


@app.command()
def actors() -> None:
    """Print who is told what: thirteen kinds of actor, every kind of data, five states of a consent."""
    from privacy.table import page

    print(page(), end="")


@app.command(context_settings=OURSELVES)
@plainly
def parked(context: typer.Context) -> None:
    """Events that were refused or wait: list, show, retry, drop (`trellis parked --help`)."""
    look_after(["parked", *context.args])


@app.command(context_settings=OURSELVES)
@plainly
def republish(context: typer.Context) -> None:
    """Have a service send its events again; repetitions have no effect (`trellis republish --help`)."""
    look_after(["republish", *context.args])


@app.command()
@plainly
def rebuild(
    service: Annotated[str, typer.Option(help="Whose projection.")],
    projection: Annotated[str, typer.Option(help="Its table; an unknown one names those that are there.")],
    check: Annotated[bool, typer.Option("--check", help="Compare with the live table only.")] = False,
) -> None:
    """Build a projection anew from the producers' logs, compare digests, swap it in while the services run."""
    from trellis.operate import ask, pass_on

    words = ["rebuild", projection, *(["--check"] if check else [])]
    sys.exit(pass_on(ask(layout_from(os.environ), [service], words)))


@audit_app.command("verify")
@plainly
def audit_verify(
    service: Annotated[list[str] | None, typer.Option(help="One service, several times too (all).")] = None,
    agency: Annotated[str, typer.Option(help="One agency's id (all).")] = "",
    json: Annotated[bool, typer.Option("--json", help="For scripts: an object a line.")] = False,
) -> None:
    """Recompute each service's chain, compare it with the heads outside; name the first row that is not what it was."""
    ask_each(service, ["audit-verify", *(["--agency", agency] if agency else []), *(["--json"] if json else [])])


@app.command("data-keys", context_settings=OURSELVES)
@plainly
def data_keys(context: typer.Context) -> None:
    """The keys under which records are sealed: rotate, destroy (`trellis data-keys --help`)."""
    from shared.keyring import parser

    from trellis.operate import service_option

    asked, words = service_option().parse_known_args(context.args)
    parser("trellis data-keys").parse_args(words)
    ask_each(asked.service, ["data-keys", *words])


def ask_each(services: list[str] | None, words: list[str]) -> None:
    """Exit code 1 when one of them says so."""
    from trellis.operate import ask, known, pass_on

    sys.exit(pass_on(ask(layout_from(os.environ), known(services), words)))


def look_after(words: list[str]) -> None:
    from trellis.operate import operate

    sys.exit(operate(layout_from(os.environ), words))


@topics_app.command("apply")
@plainly
def topics_apply(
    bootstrap: Annotated[str, typer.Option(help="host:port of the cluster; else KAFKA_BOOTSTRAP_SERVERS.")] = "",
    replication: Annotated[int | None, typer.Option(help="On fewer brokers than declared copies.", min=1)] = None,
) -> None:
    """Make a cluster's topics and rights what topics.toml declares; a second time changes nothing."""
    from trellis.cluster import apply, connect

    if not apply(connect(os.environ, bootstrap), replication, print):
        sys.exit(1)


@keys_app.command("rotate")
@plainly
def keys_rotate() -> None:
    """Publish the next signing key; it signs by itself once every verifier has it, and no good token is refused."""
    with Gateway(gateway_url()) as gateway:
        key = gateway.app("operator", operator_secret()).post("/v1/admin/signing-keys")
    console.print(f"{key['kid']} is published and signs from {key['signs_from']} on.")


@keys_app.command("list")
@plainly
def keys_list() -> None:
    """The latest keys, which one signs, and since when."""
    with Gateway(gateway_url()) as gateway:
        for key in gateway.app("operator", operator_secret()).get("/v1/admin/signing-keys").body:
            since = key["retired_at"] or key["active_at"] or key["signs_from"]
            console.print(f"{key['kid']}  {key['status']:<8}{'from' if key['status'] == 'next' else 'since'} {since}")


@agency_app.command("create")
@plainly
def agency_create(
    name: Annotated[str, typer.Option(prompt=True, help="What the agency is called.")],
    slug: Annotated[str, typer.Option(prompt=True, help="Its short name in addresses; never changes.")],
    timezone: Annotated[str, typer.Option(prompt=True, help="IANA name, e.g. America/Chicago.")],
    state: Annotated[str, typer.Option(prompt=True, help="USPS code of its state, e.g. IL.")],
    email: Annotated[str, typer.Option("--administrator-email", prompt=True, help="Of the first administrator.")],
    addresses: Annotated[
        list[str], typer.Option("--console-address", help="Where the staff console takes people back to.")
    ],
    administrator: Annotated[str, typer.Option(help="Username of the first administrator.")] = "administrator",
    npi: Annotated[str, typer.Option(help="The organization's NPI.")] = "",
    ein: Annotated[str, typer.Option(help="Its tax id, 00-0000000.")] = "",
    key: Annotated[str, typer.Option(help="The same key again gives the same answer (from what is said).")] = "",
) -> None:
    """Open an agency and print the one-time link of its first administrator."""
    from trellis import agencies

    new = {"name": name, "slug": slug, "timezone": timezone, "state": state, "npi": npi, "ein": ein}
    first = {"administrator": administrator, "administrator_email": email, "console_redirect_uris": addresses}
    with Gateway(gateway_url()) as gateway:
        agencies.create(gateway.app("operator", operator_secret()), {**new, **first}, key)


@agency_app.command("list")
@plainly
def agency_list() -> None:
    """Every agency, and whether it is suspended."""
    from trellis import agencies

    with Gateway(gateway_url()) as gateway:
        agencies.show_list(gateway.app("operator", operator_secret()))


@agency_app.command("invite")
@plainly
def agency_invite(slug: Annotated[str, typer.Argument(help="Which agency.")]) -> None:
    """Print another link for a first administrator who never signed in; the earlier one ends."""
    from trellis import agencies

    with Gateway(gateway_url()) as gateway:
        agencies.invite(gateway.app("operator", operator_secret()), slug)


@agency_app.command("suspend")
@plainly
def agency_suspend(slug: Annotated[str, typer.Argument(help="Which agency.")]) -> None:
    """Sign all people and apps of an agency out, everywhere, and let nobody in."""
    from trellis import agencies

    with Gateway(gateway_url()) as gateway:
        agencies.suspend(gateway.app("operator", operator_secret()), slug)


@agency_app.command("resume")
@plainly
def agency_resume(slug: Annotated[str, typer.Argument(help="Which agency.")]) -> None:
    """Let the people and apps of a suspended agency sign in anew."""
    from trellis import agencies

    with Gateway(gateway_url()) as gateway:
        agencies.resume(gateway.app("operator", operator_secret()), slug)


@app.command()
@plainly
def demo(journey: Annotated[str, typer.Option(help="Which journey to walk.")] = "J1") -> None:
    """Walk one person's whole course of care, each step as the role that does it, and show what it moved."""
    from trellis.demo import walk

    sys.exit(0 if walk(journey) else 1)


@app.command()
@plainly
def chaos(
    people: Annotated[int, typer.Option(min=1, max=40, help="How many walk at once.")] = 20,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between two kills.")] = 2.0,
) -> None:
    """Walk J1 with many people at once while services and broker are killed; compare with a calm run.

    TRELLIS_SEED repeats a run's people and kills.
    """
    from trellis.chaos import run

    sys.exit(0 if run(people, every) else 1)


@app.command()
@plainly
def seed() -> None:
    """Seed a running platform through its API (make run does so at the first start)."""
    from trellis.seed import run

    run(gateway_url(), operator_secret())
