from collections.abc import Iterable
from dataclasses import dataclass

from shared.db import Transaction

from gateway import queries
from gateway.errors import PageRefused, SentBack
from gateway.models import Agency
from gateway.rules.authorization import Asked, answer_address, asked_of, fault_of
from gateway.rules.roles import every_scope
from gateway.rules.sign_in_clients import ClientKind, Named, origin_of, parse_sign_in_client
from gateway.use_cases.issue_token import Office

UNKNOWN = "The program that sent you here is not registered with this agency, or not with this address."


@dataclass(frozen=True)
class Admitted:
    """An authorization request of a registered client, whole and right."""

    asked: Asked
    named: Named
    agency: Agency
    app_name: str

    @property
    def leads_to(self) -> str:
        return origin_of(self.asked.redirect_uri)


async def admit_authorization(office: Office, pairs: Iterable[tuple[str, str]]) -> Admitted:
    """Raises PageRefused where nobody may be sent anywhere, SentBack where the client is told what is wrong."""
    asked, repeated = asked_of(pairs)
    named = parse_sign_in_client(asked.client_id)
    if named is None or {"client_id", "redirect_uri"} & repeated:
        raise PageRefused(UNKNOWN)
    async with office.inside(named.agency) as tx:
        agency = await queries.find_agency(tx, named.agency)
        is_registered = await has_redirect(tx, named, asked.redirect_uri)
        app = await queries.find_app(tx, named.app) if named.app else None
    if agency is None or not agency.is_active or not is_registered or (app is not None and not app.is_live):
        raise PageRefused(UNKNOWN)
    fault = fault_of(asked, repeated, frozenset(every_scope()))
    if fault:
        raise SentBack(told(office, asked.redirect_uri, asked.state, fault.code, fault.detail))
    return Admitted(asked, named, agency, app.name if app else name_of(named.kind))


async def has_redirect(tx: Transaction, named: Named, redirect_uri: str) -> bool:
    """Registered for this client, character by character (RFC 9700 section 2.1)."""
    client = await queries.find_sign_in_client(tx, named.kind, named.app)
    return client is not None and redirect_uri in client.redirect_uris


def told(office: Office, redirect_uri: str, state: str | None, code: str, detail: str) -> str:
    answer = {"error": code, "error_description": detail, "state": state, "iss": office.settings.issuer}
    return answer_address(redirect_uri, answer)


def name_of(kind: ClientKind) -> str:
    return {ClientKind.STAFF_CONSOLE: "Staff console", ClientKind.CLIENT_PORTAL: "Client portal"}[kind]
