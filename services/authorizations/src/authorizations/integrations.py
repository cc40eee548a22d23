"""What is sent to payers. Each send reads the packet, asks intake whether it may leave, and calls out while it may.

4xx is final, the payer will not take it so; a timeout or 5xx is asked again under the same Claim.identifier. A claim
whose outcome is unknown is simply submitted again: the payer knows it by its identifier.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from shared.db import Database
from shared.errors import NotAllowed, Unavailable
from shared.exits import Permit
from shared.neighbours import Neighbours
from shared.outbound import Attempt, Outcome

from authorizations import queries
from authorizations.models import Payer
from authorizations.queries import Packet
from authorizations.rules.answers import facts_of
from authorizations.rules.charges import billable
from authorizations.rules.packet import Line, Member, inquiry_bundle, member_of, request_bundle
from authorizations.rules.pas import read_answer
from authorizations.settings import Settings

ANSWER_WITHIN = 15.0
REQUEST_CLASSES, ELIGIBILITY_CLASSES = ("demographics", "diagnosis", "billing"), ("billing",)
DENIED = Outcome(is_final=True, is_sent=False, facts={"reason": "disclosure_denied", "aaa": ["disclosure_denied"]})
LATER = Outcome(is_final=False, is_sent=False)


@dataclass
class PayerGate:
    """The one way to payers. `open` gives it what only a running application has."""

    settings: Settings
    read_card: Callable[..., Awaitable[Mapping[str, Any]]]
    ask: Callable[..., Awaitable[Permit]]
    database: Database | None = None
    neighbours: Neighbours | None = None
    http: httpx.AsyncClient | None = None

    def open(self, database: Database, neighbours: Neighbours, http: httpx.AsyncClient | None = None) -> None:
        self.database, self.neighbours = database, neighbours
        self.http = http or httpx.AsyncClient(timeout=ANSWER_WITHIN)

    async def submit(self, attempt: Attempt) -> Outcome:
        """Claim/$submit. What the answer means is the rules' to say."""
        packet = await self.packet_of(attempt)
        given = await self.permit_of(attempt, packet.request.client_id, REQUEST_CLASSES)
        if not given.is_given:
            return DENIED
        member = await self.member_of(attempt, packet)
        request = packet.request
        line = Line(
            request.service_kind,
            request.units,
            request.unit_kind,
            request.valid_from,
            request.valid_until,
            request.priority,
        )
        codes = billable(tuple((d.code, d.verification) for d in packet.diagnoses))
        bundle = request_bundle(
            request.id,
            packet.payer.id,
            member=member,
            line=line,
            diagnoses=codes,
            created=request.submitted_at or request.created_at,
        )
        return await self.exchange(packet.payer, "/Claim/$submit", bundle, given)

    async def inquire(self, attempt: Attempt) -> Outcome:
        """Claim/$inquire: how a request stands."""
        packet = await self.packet_of(attempt)
        member = Member("", "", "", "", packet.coverage.member_id)
        bundle = inquiry_bundle(packet.request.id, member, packet.request.created_at)
        given = await self.permit_of(attempt, packet.request.client_id, ELIGIBILITY_CLASSES)
        return await self.exchange(packet.payer, "/Claim/$inquire", bundle, given)

    async def ask_eligibility(self, attempt: Attempt) -> Outcome:
        """The member id and the kinds of service; no name, for the payer knows its member by the id."""
        async with self.opened_database().transaction(attempt.by) as tx:
            check = await queries.get_check(tx, attempt.subject)
            coverage, payer = (
                await queries.get_coverage(tx, check.coverage_id),
                await queries.get_payer(tx, check.payer_id),
            )
            tx.audit("eligibility.send", subject=check.client_id, resource=check.id, by=attempt.by)
        asked = {
            "id": str(check.id),
            "member_id": coverage.member_id,
            "service_date": check.service_date.isoformat(),
            "service_types": check.service_types,
        }
        given = await self.permit_of(attempt, check.client_id, ELIGIBILITY_CLASSES)
        if not given.is_given:
            return DENIED
        answer = await self.call(payer, "/eligibility", asked, given)
        if answer.is_server_error:
            return LATER
        return Outcome(
            True, answer.is_success, answer.json() if answer.is_success else {"aaa": [f"http_{answer.status_code}"]}
        )

    async def exchange(self, payer: Payer, path: str, bundle: dict[str, Any], given: Permit) -> Outcome:
        if not given.is_given:
            return DENIED
        answer = await self.call(payer, path, bundle, given)
        if answer.is_server_error:
            return LATER
        if not answer.is_success:
            return Outcome(True, False, {"reason": f"http_{answer.status_code}"})
        read = read_answer(answer.json())
        return Outcome(True, True, facts_of(read) if read else {"action": None})

    async def call(self, payer: Payer, path: str, body: dict[str, Any], given: Permit) -> httpx.Response:
        """Sandbox mode reaches the sandbox payer and nobody else. What lapses before it is written is not written."""
        base = self.settings.sandbox_payer_url if self.settings.sandbox else payer.endpoint
        if base is None or self.http is None:
            raise Unavailable("No address is known for this payer.")
        if given.left <= 0:
            raise Unavailable("What was permitted has lapsed before it was sent.")
        watched = {"trace": given.watch}
        return await self.http.post(base.rstrip("/") + path, json=body, extensions=watched)

    async def packet_of(self, attempt: Attempt) -> Packet:
        async with self.opened_database().transaction(attempt.by) as tx:
            packet = await queries.get_packet(tx, attempt.subject)
            tx.audit(
                "authorization_request.send",
                subject=packet.request.client_id,
                resource=packet.request.id,
                by=attempt.by,
            )
        return packet

    async def member_of(self, attempt: Attempt, packet: Packet) -> Member:
        card = await self.read_card(self.opened_neighbours(), packet.request.client_id, by=attempt.by)
        return member_of(card, packet.coverage.member_id)

    async def permit_of(self, attempt: Attempt, client_id: UUID, classes: tuple[str, ...]) -> Permit:
        """Asked for each attempt anew. What is not written before it lapses is asked for again later."""
        if attempt.target is None:
            raise NotAllowed("Nobody is named to send to.")
        return await self.ask(
            self.opened_neighbours(), client_id, payer_id=attempt.target, data_classes=classes, by=attempt.by
        )

    def opened_database(self) -> Database:
        if self.database is None:
            raise Unavailable("The gate to payers is not open.")
        return self.database

    def opened_neighbours(self) -> Neighbours:
        if self.neighbours is None:
            raise Unavailable("The gate to payers is not open.")
        return self.neighbours
