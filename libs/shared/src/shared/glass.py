"""Breaking the glass: in an emergency one member of staff reads one client's record, for hours, and all see it later.

A grant opens nothing by itself: the caller says `X-Purpose-Of-Use: BTG` on each read, and reaches then the clients of
his open grants alone. What a grant opens was decided where it was granted and came with the event, so that no
emergency waits for another service (decisions 4, 14, 25). Each look stands in the audit under the grant's id.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from starlette.requests import Request
from starlette.responses import Response

from shared import problems
from shared.auth import GLASS, Principal
from shared.contracts.disclosures import DisclosureMadeV2
from shared.contracts.gateway import BreakGlassClosed, BreakGlassOpened
from shared.db import Transaction
from shared.errors import DisclosureDenied, GlassReadsOnly
from shared.exits import Exit, Permit, Question, Reading, Verdict, questions_of
from shared.projections import Fact, change, project, put
from shared.record import Audit

GLASS_GRANT = sa.Table(
    "glass_grant",
    sa.MetaData(),
    sa.Column("agency_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("staff_id", sa.Uuid),
    sa.Column("client_id", sa.Uuid),
    sa.Column("opened_at", sa.DateTime(timezone=True)),
    sa.Column("until", sa.DateTime(timezone=True)),
    sa.Column("opens", JSONB),
    sa.Column("opens_apart", JSONB),
    sa.Column("plain", JSONB),
    sa.Column("has_apart", sa.Boolean),
)
OPEN = sa.text("""SELECT id, client_id, opens, opens_apart, plain, has_apart FROM glass_grant
WHERE agency_id = agency() AND staff_id = :staff_id AND until > :now ORDER BY opened_at""").columns(
    sa.Column("id", sa.Uuid),
    sa.Column("client_id", sa.Uuid),
    sa.Column("opens", JSONB),
    sa.Column("opens_apart", JSONB),
    sa.Column("plain", JSONB),
    sa.Column("has_apart", sa.Boolean),
)
AT_HAND = 30.0  # seconds in which what was read is handed over
RECORDED = "record_disclosure"
NO_GRANT = "break-glass-closed"


def on_break_glass_opened(event: BreakGlassOpened, at: datetime) -> Fact:
    return put(
        GLASS_GRANT, id=event.grant_id, staff_id=event.staff_id, client_id=event.client_id, opened_at=event.opened_at,
        until=event.until, opens=event.opens, opens_apart=event.opens_part2,
        plain=[str(one) for one in event.episode_ids], has_apart=event.has_part2,
    )  # fmt: skip


def on_break_glass_closed(event: BreakGlassClosed, at: datetime) -> Fact:
    return change(GLASS_GRANT, id=event.grant_id, until=event.ended_at)


BREAKING_GLASS = (
    project(BreakGlassOpened, on_break_glass_opened, into=GLASS_GRANT),
    project(BreakGlassClosed, on_break_glass_closed, into=GLASS_GRANT),
)
"""For the PROJECTIONS of every service that holds clients' rows."""


@dataclass(frozen=True)
class Grant:
    """What one open grant opens: data class → the rule that permits it."""

    id: UUID
    client_id: UUID
    opens: Mapping[str, str]
    opens_apart: Mapping[str, str]
    plain: Sequence[str]
    has_apart: bool

    def keeps_apart(self, episode_id: str | None) -> bool:
        """A record of a group that is not known as plain; one of no group where the client has any apart."""
        return episode_id not in self.plain if episode_id else self.has_apart

    def answer(self, question: Question) -> Mapping[str, Any]:
        apart = self.keeps_apart(question.get("episode_id"))
        rule = (self.opens_apart if apart else self.opens).get(question["data_class"])
        obligations = [RECORDED] if apart and rule else []
        return {"is_permitted": rule is not None, "rule_id": rule or NO_GRANT, "obligations": obligations, **NO_CONSENT}


NO_CONSENT: Mapping[str, Any] = {"consent_id": None}
CLOSED: Mapping[str, Any] = {"is_permitted": False, "rule_id": NO_GRANT, "obligations": [], **NO_CONSENT}
Grants = Mapping[UUID, Grant]


def is_broken(by: Principal) -> bool:
    return by.reach == GLASS


def refuse_changes(request: Request, way: Exit | None, by: Principal) -> None:
    """A broken glass reads what a record holds: it changes nothing, and is no key to anything else."""
    if is_broken(by) and (request.method not in ("GET", "HEAD") or way is None):
        raise GlassReadsOnly("Send X-Purpose-Of-Use: BTG to read a client's record; leave it out here.")


async def look_through(tx: Transaction, reading: Reading) -> Response:
    """The answer as far as the caller's open grants carry it. A denial is audited like a look, and committed."""
    found = await tx.rows(OPEN, staff_id=tx.by.id, now=tx.now)
    grants = {row.client_id: Grant(*row) for row in found}
    questions = questions_of(reading)
    answers = tuple(answer_of(question, grants) for question in questions)
    verdict = Verdict(reading, questions, Permit(answers, time.monotonic() + AT_HAND))
    is_shown = verdict.is_permitted if questions else not reading.rows
    tx.audits = [under(audit, grants, verdict, is_shown=is_shown) for audit in noted(tx, reading, questions)]
    if not is_shown:
        return problems.answer(DisclosureDenied(), reading.request.state.request_id)
    tell(tx, verdict)
    return verdict.response() if questions else reading.response


def noted(tx: Transaction, reading: Reading, questions: Sequence[Question]) -> list[Audit]:
    """What the use case noted; of whom it noted nothing, that this route was asked."""
    named = {audit.client_id for audit in tx.audits}
    asked = {UUID(question["client_id"]) for question in questions}
    return [*tx.audits, *(Audit(reading.route, client) for client in sorted(asked - named))]


def answer_of(question: Question, grants: Grants) -> Mapping[str, Any]:
    grant = grants.get(UUID(question["client_id"]))
    return grant.answer(question) if grant else CLOSED


def under(audit: Audit, grants: Grants, verdict: Verdict, *, is_shown: bool) -> Audit:
    """The look under its grant, with the rule by which something of this client was shown, or nothing was."""
    if audit.client_id is None:
        return audit
    mine = [answer for question, answer in verdict.pairs if question["client_id"] == str(audit.client_id)]
    is_seen = is_shown and any(answer["is_permitted"] for answer in mine)
    grant = grants.get(audit.client_id)
    return replace(
        audit,
        grant_id=grant.id if grant else None,
        code=next((answer["rule_id"] for answer in mine if answer["is_permitted"] is is_seen), None),
        outcome="success" if is_seen else "refused",
    )


def tell(tx: Transaction, verdict: Verdict) -> None:
    """What of the records kept apart was seen stands in the accounting of disclosures."""
    seen: dict[tuple[str, str], list[str]] = {}
    for question, answer in verdict.told():
        if RECORDED in answer["obligations"]:
            seen.setdefault((question["client_id"], answer["rule_id"]), []).append(question["data_class"])
    for (client, rule), classes in seen.items():
        tx.publish(
            DisclosureMadeV2(
                disclosure_id=tx.new_id("disclosure"), client_id=UUID(client), recipient_id=tx.by.id,
                purpose=tx.by.purpose, data_classes=tuple(sorted(set(classes))), rule_id=rule, at=tx.now,
            )
        )  # fmt: skip
