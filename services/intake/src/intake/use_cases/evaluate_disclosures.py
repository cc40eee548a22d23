from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from privacy import (
    PART2_NOTICE,
    ConsentFacts,
    Disclosure,
    MinorRule,
    Obligation,
    RecipientKind,
    Restriction,
    StateOverlay,
    Verdict,
    codings,
    decide,
    label_of,
)
from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.models import Client, Consent, DisclosurePolicy, Episode
from intake.rules.consents import SignerRole
from intake.rules.disclosures import PERMIT_MS, age_on, is_part2
from intake.schemas.disclosures import ConsentExplained, DisclosureAnswer, DisclosureAnswers, DisclosureQuestion
from intake.use_cases.find_calendar import find_calendar
from intake.use_cases.find_standings import find_standings


@dataclass(frozen=True)
class Known:
    """What intake holds about the clients who are asked about."""

    born: dict[UUID, date]
    episodes: dict[UUID, Episode]
    policy: DisclosurePolicy | None
    signed_as_minor: frozenset[UUID]
    day: date
    consents: tuple[Consent, ...]
    restrictions: tuple[tuple[UUID, Restriction], ...]
    programs: dict[UUID, frozenset[UUID]]
    part2_programs: frozenset[UUID]
    standings: frozenset[tuple[UUID, UUID | None]]


async def evaluate_disclosures(
    tx: Transaction, questions: Sequence[DisclosureQuestion], *, by: Principal
) -> DisclosureAnswers:
    """Who may be told what, by what stands now. Nothing is disclosed and nothing but the audit is written."""
    known = await load(tx, questions)
    answers = []
    for question in questions:
        asked = disclosure_of(tx, question, known)
        verdict = decide(asked)
        tx.audit(
            "disclosure.evaluate",
            subject=question.client_id,
            consent_id=verdict.consent_id,
            by=by,
            outcome="success" if verdict.is_permitted else "refused",
            code=verdict.rule_id,
        )
        answers.append(answer_of(question, asked, verdict, known))
    return DisclosureAnswers(items=answers, valid_for_ms=valid_for(tx, answers, known))


def valid_for(tx: Transaction, answers: Sequence[DisclosureAnswer], known: Known) -> int:
    """No permit outlives the consent that it rests on."""
    used = {answer.consent_id for answer in answers}
    ends = [row.expires_at - tx.now for row in known.consents if row.id in used and row.expires_at is not None]
    return min([PERMIT_MS, *(int(left.total_seconds() * 1000) for left in ends)])


async def load(tx: Transaction, questions: Sequence[DisclosureQuestion]) -> Known:
    client_ids = list({question.client_id for question in questions})
    episode_ids = list({question.episode_id for question in questions if question.episode_id})
    clients = await queries.list_clients_among(tx, client_ids)
    return Known(
        born={client.id: client.date_of_birth for client in clients},
        episodes={episode.id: episode for episode in await queries.list_episodes_among(tx, episode_ids)},
        policy=await queries.find_disclosure_policy(tx),
        signed_as_minor=await queries.list_signers_of_own_treatment(tx, client_ids),
        day=tx.now.astimezone((await find_calendar(tx, is_needed=False)).zone).date(),
        consents=tuple(await queries.list_disclosure_consents(tx, client_ids)),
        restrictions=tuple(
            (row.client_id, Restriction(row.is_self_paid, row.recipient_id, row.data_class))
            for row in await queries.list_restrictions_among(tx, client_ids)
        ),
        programs=await queries.list_programs_of(tx, client_ids),
        part2_programs=await queries.list_part2_programs(tx),
        standings=await standings_for(tx, questions, clients),
    )


async def standings_for(
    tx: Transaction, questions: Sequence[DisclosureQuestion], clients: Sequence[Client]
) -> frozenset[tuple[UUID, UUID | None]]:
    """Which account stands for which client today; looked up only where one is asked about."""
    if not any(question.recipient_kind == RecipientKind.REPRESENTATIVE for question in questions):
        return frozenset()
    return frozenset(await find_standings(tx, clients))


def disclosure_of(tx: Transaction, asked: DisclosureQuestion, known: Known) -> Disclosure:
    client, program_id = asked.client_id, program_of(asked, known)
    return Disclosure(
        data_class=asked.data_class,
        purpose=asked.purpose,
        recipient_kind=asked.recipient_kind,
        at=tx.now,
        recipient_id=asked.recipient_id,
        program_id=program_id,
        record_on=asked.record_on,
        is_part2=is_part2(
            said=asked.is_part2,
            program_id=program_id,
            part2_programs=known.part2_programs,
            own_programs=known.programs.get(client, frozenset()),
        ),
        is_known_client=client in known.born,
        is_final=asked.is_final,
        is_minors_own=is_minors_own(client, known),
        stands_for_client=(client, asked.recipient_id) in known.standings,
        overlay=overlay_of(known.policy),
        circumstances=frozenset(asked.circumstances),
        consents=tuple(facts_of(consent) for consent in known.consents if consent.client_id == client),
        restrictions=tuple(restriction for owner, restriction in known.restrictions if owner == client),
    )


def program_of(asked: DisclosureQuestion, known: Known) -> UUID | None:
    """The program named, else that of the named episode of this client."""
    episode = known.episodes.get(asked.episode_id) if asked.episode_id else None
    own = episode.program_id if episode and episode.client_id == asked.client_id else None
    return asked.program_id or own


def is_minors_own(client_id: UUID, known: Known) -> bool:
    born = known.born.get(client_id)
    rule = MinorRule(known.policy.minors_consent_from if known.policy else None)
    age = age_on(born, known.day) if born else None
    return rule.is_own(age, was_signed_by_minor=client_id in known.signed_as_minor)


def overlay_of(policy: DisclosurePolicy | None) -> StateOverlay:
    if policy is None:
        return StateOverlay()
    return StateOverlay("agency", frozenset((row["data_class"], row["purpose"]) for row in policy.needs_consent))


def facts_of(consent: Consent) -> ConsentFacts:
    scope, people = consent.scope, consent.recipients
    return ConsentFacts(
        id=consent.id,
        type=consent.type,
        effective_from=consent.effective_from or consent.created_at,
        effective_until=consent.expires_at,
        is_by_client=consent.signer_role is SignerRole.CLIENT,
        purposes=frozenset(consent.purposes or (["PATRQT"] if consent.is_at_request_of_client else [])),
        recipient_ids=frozenset(UUID(one["id"]) for one in people if one.get("id")),
        recipient_kinds=frozenset(one["kind"] for one in people if one.get("kind") and not one.get("id")),
        data_classes=frozenset(scope.get("data_classes") or ()),
        program_ids=frozenset(UUID(one) for one in scope.get("program_ids") or ()),
        records_from=day_of(scope.get("from_on")),
        records_until=day_of(scope.get("to_on")),
    )


def day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def answer_of(asked: DisclosureQuestion, disclosure: Disclosure, verdict: Verdict, known: Known) -> DisclosureAnswer:
    consent = next((row for row in known.consents if row.id == verdict.consent_id), None)
    explained = consent is not None and Obligation.CONSENT_COPY in verdict.obligations
    return DisclosureAnswer(
        client_id=asked.client_id,
        data_class=asked.data_class,
        is_permitted=verdict.is_permitted,
        reason=verdict.reason,
        rule_id=verdict.rule_id,
        obligations=[str(one) for one in verdict.obligations],
        consent_id=verdict.consent_id,
        security_labels=codings(label_of(asked.data_class, is_part2=disclosure.is_part2)),
        notice=PART2_NOTICE if Obligation.PART2_NOTICE in verdict.obligations else None,
        consent=explain(consent) if consent is not None and explained else None,
    )


def explain(consent: Consent) -> ConsentExplained:
    return ConsentExplained(
        id=consent.id,
        type=consent.type,
        purposes=consent.purposes,
        data_classes=consent.scope.get("data_classes") or [],
        effective_from=consent.effective_from or consent.created_at,
        expires_at=consent.expires_at,
        expires_event=consent.expires_event,
    )
