"""`trellis agency`: what the operator does with the agencies of an installation, through the gateway."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from rich.markup import escape
from rich.table import Table

from trellis.api import Answer, Caller, Json, Problem
from trellis.problems import Trouble
from trellis.show import console, step

AGENCIES = "/v1/admin/agencies"
TAKEN = "slug-taken"


def create(operator: Caller, new: Mapping[str, Any], key: str) -> None:
    """Open the agency and print the link of its first administrator; again with the same key: the same agency, link."""
    said = {name: value for name, value in new.items() if value}
    key = key or sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]
    with step("Agency opened") as shown:
        agency = opened(operator, said, key)
        shown.note = f"{agency['name']}, {agency['id']}"
    with step("First administrator invited"):
        invitation = invited(operator, agency["id"], key)
    tell_link(str(said["slug"]), str(said["administrator"]), invitation)


def opened(operator: Caller, said: Json, key: str) -> Answer:
    try:
        return operator.post(AGENCIES, said, key=key)
    except Problem as problem:
        if problem.code != TAKEN:
            raise
        raise Trouble(
            f"There is an agency {said['slug']} already. For a new link: trellis agency invite {said['slug']}"
        ) from problem


def invited(operator: Caller, agency_id: str, key: str) -> Answer:
    return operator.post(f"{AGENCIES}/{agency_id}/administrator-invitation", key=f"{key}-invitation")


def tell_link(slug: str, username: str, invitation: Answer) -> None:
    """The one time that the link is shown."""
    console.print(f"\nGive {escape(username)} this link; it works once, until {invitation['expires_at']}:\n")
    print(invitation["link"])
    console.print(f"\n[dim]They sign in at the staff console as client staff-console:{slug}.[/dim]")


def invite(operator: Caller, slug: str) -> None:
    """Another link for a first administrator who never signed in; the earlier one ends."""
    agency = find(operator, slug)
    invitation = operator.post(f"{AGENCIES}/{agency['id']}/administrator-invitation")
    tell_link(slug, "the first administrator", invitation)


def suspend(operator: Caller, slug: str) -> None:
    """All its people and apps are out everywhere within two seconds."""
    operator.post(f"{AGENCIES}/{find(operator, slug)['id']}/suspension")
    console.print(f"{slug} is suspended: its people and apps are out, and nobody of it gets a token.")


def resume(operator: Caller, slug: str) -> None:
    operator.post(f"{AGENCIES}/{find(operator, slug)['id']}/resumption")
    console.print(f"{slug} is active: its people and apps may sign in anew.")


def find(operator: Caller, slug: str) -> Json:
    found = next((agency for agency in operator.every(AGENCIES) if agency["slug"] == slug), None)
    if found is None:
        raise Trouble(f"No agency {slug}: see `trellis agency list`.")
    return found


def show_list(operator: Caller) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("slug", "name", "id", "state", "time zone", ""):
        table.add_column(column)
    for agency in operator.every(AGENCIES):
        standing = "" if agency["is_active"] else "[red]suspended[/red]"
        told = (agency["slug"], agency["name"], agency["id"], agency["state"] or "", agency["timezone"])
        table.add_row(*map(escape, told), standing)
    console.print(table)
