from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from privacy import ConsentFacts, Disclosure, Restriction, Verdict, decide
from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.models import Consent
from intake.rules.disclosures import is_part2
from intake.schemas import DisclosureAnswer, DisclosureAnswers, DisclosureQuestion


@dataclass(frozen=True)
class Known:
    """What intake holds about the clients who are asked about."""

    clients: frozenset[UUID]
    consents: tuple[Consent, ...]
    restrictions: tuple[tuple[UUID, Restriction], ...]
    programs: dict[UUID, frozenset[UUID]]
    part2_programs: frozenset[UUID]


async def evaluate_disclosures(
    tx: Transaction, questions: Sequence[DisclosureQuestion], *, by: Principal
) -> DisclosureAnswers:
    """Who may be told what, by what stands now. Nothing is disclosed and nothing but the audit is written."""
    known = await load(tx, list({question.client_id for question in questions}))
    answers = []
    for question in questions:
        verdict = decide(disclosure_of(tx, question, known))
        tx.audit(
            "disclosure.evaluate",
            subject=question.client_id,
            consent_id=verdict.consent_id,
            by=by,
            outcome="success" if verdict.is_permitted else "refused",
            code=verdict.rule_id,
        )
        answers.append(answer_of(question, verdict))
    return DisclosureAnswers(items=answers)


async def load(tx: Transaction, client_ids: list[UUID]) -> Known:
    return Known(
        clients=frozenset(client.id for client in await queries.list_clients_among(tx, client_ids)),
        consents=tuple(await queries.list_disclosure_consents(tx, client_ids)),
        restrictions=tuple(
            (row.client_id, Restriction(row.is_self_paid, row.recipient_id, row.data_class))
            for row in await queries.list_restrictions_among(tx, client_ids)
        ),
        programs=await queries.list_programs_of(tx, client_ids),
        part2_programs=await queries.list_part2_programs(tx),
    )


def disclosure_of(tx: Transaction, asked: DisclosureQuestion, known: Known) -> Disclosure:
    client = asked.client_id
    return Disclosure(
        data_class=asked.data_class,
        purpose=asked.purpose,
        recipient_kind=asked.recipient_kind,
        at=tx.now,
        recipient_id=asked.recipient_id,
        program_id=asked.program_id,
        record_on=asked.record_on,
        is_part2=is_part2(
            said=asked.is_part2,
            program_id=asked.program_id,
            part2_programs=known.part2_programs,
            own_programs=known.programs.get(client, frozenset()),
        ),
        is_known_client=client in known.clients,
        circumstances=frozenset(asked.circumstances),
        consents=tuple(facts_of(consent) for consent in known.consents if consent.client_id == client),
        restrictions=tuple(restriction for owner, restriction in known.restrictions if owner == client),
    )


def facts_of(consent: Consent) -> ConsentFacts:
    scope, people = consent.scope, consent.recipients
    return ConsentFacts(
        id=consent.id,
        type=consent.type,
        effective_from=consent.effective_from or consent.created_at,
        effective_until=consent.expires_at,
        purposes=frozenset(consent.purposes),
        recipient_ids=frozenset(UUID(one["id"]) for one in people if one.get("id")),
        recipient_kinds=frozenset(one["kind"] for one in people if one.get("kind") and not one.get("id")),
        data_classes=frozenset(scope.get("data_classes") or ()),
        program_ids=frozenset(UUID(one) for one in scope.get("program_ids") or ()),
        records_from=day_of(scope.get("from_on")),
        records_until=day_of(scope.get("to_on")),
    )


def day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def answer_of(asked: DisclosureQuestion, verdict: Verdict) -> DisclosureAnswer:
    return DisclosureAnswer(
        client_id=asked.client_id,
        data_class=asked.data_class,
        is_permitted=verdict.is_permitted,
        reason=verdict.reason,
        rule_id=verdict.rule_id,
        obligations=[str(one) for one in verdict.obligations],
        consent_id=verdict.consent_id,
    )
