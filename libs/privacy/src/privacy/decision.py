"""The disclosure decision: PERMISSIONS says what may leave (first row that fits, the last denies), LIMITS takes away.

Sources: 45 CFR 164.502–164.514, 164.522(a), 164.528; 42 CFR 2.12, 2.15, 2.31–2.33, 2.51–2.53, 2.61–2.67.
Version 2026-11.
Law of a state and a client's restriction can only tighten: they are LIMITS, looked at after a permission was found.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from privacy.classes import (
    COVERED,
    INSIDE,
    PROTECTED_APART,
    PROVIDERS,
    SHOWN_TO_GUARDIANS,
    THE_PERSON,
    TPO,
    TREATMENT,
    Circumstance,
    DataClass,
    Obligation,
    Purpose,
    RecipientKind,
)


@dataclass(frozen=True)
class ConsentFacts:
    """A consent as it stands: `type` is one of intake's, times are aware; no programs or dates named: no such limit."""

    id: UUID
    type: str
    effective_from: datetime
    effective_until: datetime | None = None
    is_active: bool = True
    is_by_client: bool = True
    recipient_ids: frozenset[UUID] = frozenset()
    recipient_kinds: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    data_classes: frozenset[str] = frozenset()
    program_ids: frozenset[UUID] = frozenset()
    records_from: date | None = None
    records_until: date | None = None


@dataclass(frozen=True)
class Restriction:
    """What a client asked us not to disclose. `self_paid`: in full, so a plan is not told (164.522(a)(1)(vi))."""

    self_paid: bool = False
    recipient_id: UUID | None = None
    data_class: str | None = None


@dataclass(frozen=True)
class StateOverlay:
    """Stricter law of a state, as configuration: pairs of data class and purpose that need consent always."""

    name: str = "none"
    needs_consent: frozenset[tuple[str, str]] = frozenset()


NO_OVERLAY = StateOverlay()
MAJORITY = 18


@dataclass(frozen=True)
class MinorRule:
    """From which age a state lets a minor consent to this care alone, as configuration; None: never (42 CFR 2.14)."""

    consents_from: int | None = None

    def is_own(self, age: int | None, *, was_signed_by_minor: bool) -> bool:
        """Whether this care is the minor's own affair, so that a guardian is told only what the minor allows."""
        if self.consents_from is None or age is None:
            return False
        return was_signed_by_minor and self.consents_from <= age < MAJORITY


@dataclass(frozen=True)
class Disclosure:
    """One question: may information of this class about a client go to this recipient for this purpose now?

    `stands_for_client`: this representative has the authority, and the custody, today (164.502(g)).
    """

    data_class: str
    purpose: str
    recipient_kind: str
    at: datetime
    recipient_id: UUID | None = None
    program_id: UUID | None = None
    record_on: date | None = None
    is_part2: bool = False
    is_known_client: bool = True
    is_final: bool = True
    is_minors_own: bool = False
    stands_for_client: bool = False
    circumstances: frozenset[str] = frozenset()
    consents: tuple[ConsentFacts, ...] = ()
    restrictions: tuple[Restriction, ...] = ()
    overlay: StateOverlay = field(default=NO_OVERLAY)


@dataclass(frozen=True)
class Verdict:
    """`rule_id` names the row that decided; it goes into the audit, so that every disclosure can be explained."""

    is_permitted: bool
    reason: str
    rule_id: str
    obligations: tuple[Obligation, ...] = ()
    consent_id: UUID | None = None


Finder = Callable[[Disclosure], ConsentFacts | None]


@dataclass(frozen=True)
class Rule:
    """One row. A row with `consent` fits only when that consent is found, and gives its id."""

    id: str
    when: Callable[[Disclosure], bool]
    is_permitted: bool
    reason: str
    obligations: tuple[Obligation, ...] = ()
    consent: Finder | None = None


def covers(consent: ConsentFacts, asked: Disclosure) -> bool:
    """Active now, for this recipient, purpose, class, program and date; never guessed wider than it says."""
    named = asked.recipient_id in consent.recipient_ids or asked.recipient_kind in consent.recipient_kinds
    return (
        is_in_force(consent, asked.at)
        and named
        and asked.purpose in consent.purposes
        and covers_class(consent, asked)
        and (not consent.program_ids or asked.program_id in consent.program_ids)
        and covers_date(consent, asked.record_on)
    )


def is_in_force(consent: ConsentFacts, at: datetime) -> bool:
    return (
        consent.is_active
        and consent.effective_from <= at
        and (consent.effective_until is None or at < consent.effective_until)
    )


def covers_class(consent: ConsentFacts, asked: Disclosure) -> bool:
    """A class must be named; `part2_record` covers all that a Part 2 program holds but the notes kept apart."""
    if asked.data_class in consent.data_classes:
        return True
    return asked.data_class not in PROTECTED_APART and asked.is_part2 and DataClass.PART2_RECORD in consent.data_classes


def covers_date(consent: ConsentFacts, record_on: date | None) -> bool:
    if consent.records_from is None and consent.records_until is None:
        return True
    if record_on is None:
        return False
    return (consent.records_from or date.min) <= record_on <= (consent.records_until or date.max)


def consent_of(*types: str) -> Finder:
    """Find the first consent of these types that covers what is asked."""

    def find(asked: Disclosure) -> ConsentFacts | None:
        return next((c for c in asked.consents if c.type in types and covers(c, asked)), None)

    return find


def is_class(name: DataClass) -> Callable[[Disclosure], bool]:
    return lambda asked: asked.data_class == name


def has(circumstance: Circumstance) -> Callable[[Disclosure], bool]:
    return lambda asked: circumstance in asked.circumstances


def both(*conditions: Callable[[Disclosure], bool]) -> Callable[[Disclosure], bool]:
    return lambda asked: all(condition(asked) for condition in conditions)


def to(*kinds: RecipientKind) -> Callable[[Disclosure], bool]:
    return lambda asked: asked.recipient_kind in kinds


def for_purpose(*purposes: Purpose) -> Callable[[Disclosure], bool]:
    return lambda asked: asked.purpose in purposes


def is_unknown(asked: Disclosure) -> bool:
    return (
        asked.data_class not in frozenset(DataClass)
        or asked.purpose not in frozenset(Purpose)
        or asked.recipient_kind not in frozenset(RecipientKind)
        or not asked.circumstances <= frozenset(Circumstance)
    )


def is_part2(asked: Disclosure) -> bool:
    return asked.is_part2 or asked.data_class == DataClass.PART2_RECORD


def is_other(asked: Disclosure) -> bool:
    return not is_part2(asked) and asked.data_class not in PROTECTED_APART


def is_treatment(asked: Disclosure) -> bool:
    """Breaking the glass is for who works here; a provider elsewhere asks for treatment or in an emergency."""
    return asked.purpose in TREATMENT and (asked.purpose != P.BTG or asked.recipient_kind in INSIDE)


def always(_: Disclosure) -> bool:
    return True


PSY, SUD = is_class(DataClass.PSYCHOTHERAPY_NOTE), is_class(DataClass.SUD_COUNSELING_NOTE)
REPORT = is_class(DataClass.MANDATED_REPORT)
RECORD, ACCOUNT = Obligation.RECORD_DISCLOSURE, Obligation.ACCOUNT
LEAST = Obligation.MINIMUM_NECESSARY
PART2 = (Obligation.PART2_NOTICE, Obligation.CONSENT_COPY, Obligation.LABEL_PART2, RECORD)
EMERGENCY = (Obligation.DOCUMENT_EMERGENCY, Obligation.NOTIFY_PRIVACY_OFFICER, Obligation.LABEL_PART2, RECORD, ACCOUNT)
R, P, C = RecipientKind, Purpose, Circumstance

PERMISSIONS: tuple[Rule, ...] = (
    Rule("unknown-1", is_unknown, False, "unknown-class-or-purpose"),
    Rule("unknown-2", lambda asked: not asked.is_known_client, False, "unknown-client"),
    # 1 psychotherapy notes, 45 CFR 164.508(a)(2)
    Rule("psy-1", both(PSY, to(R.ORIGINATOR), for_purpose(P.TREAT, P.ETREAT)), True, "originator-treatment"),
    Rule(
        "psy-2",
        both(PSY, to(R.ORIGINATOR, R.SUPERVISOR), for_purpose(P.HOPERAT), has(C.OWN_TRAINING)),
        True,
        "training-under-supervision",
    ),
    Rule("psy-3", both(PSY, to(R.COURT), has(C.LEGAL_DEFENCE)), True, "defence-in-action-by-client", (LEAST, RECORD)),
    Rule(
        "psy-4",
        both(PSY, to(R.OVERSIGHT), for_purpose(P.HOPERAT)),
        True,
        "oversight-of-originator",
        (LEAST, RECORD, ACCOUNT),
    ),
    Rule(
        "psy-5",
        both(PSY, has(C.SERIOUS_THREAT), to(R.PERSON_AT_RISK, R.PUBLIC_HEALTH)),
        True,
        "serious-threat",
        (LEAST, RECORD, ACCOUNT),
    ),
    Rule("psy-6", both(PSY, to(R.CORONER)), True, "coroner", (LEAST, RECORD, ACCOUNT)),
    Rule("psy-7", both(PSY, has(C.REQUIRED_BY_LAW)), True, "required-by-law", (LEAST, RECORD, ACCOUNT)),
    Rule("psy-8", PSY, True, "psychotherapy-authorization", (RECORD,), consent_of("psychotherapy_notes")),
    Rule("psy-9", PSY, False, "psychotherapy-note-needs-own-authorization"),
    # 2 SUD counseling notes, 42 CFR 2.11, 2.31(b)
    Rule("sud-1", both(SUD, to(R.ORIGINATOR), for_purpose(P.TREAT, P.ETREAT)), True, "originator-treatment"),
    Rule(
        "sud-2",
        both(SUD, to(R.SUPERVISOR), for_purpose(P.HOPERAT), has(C.OWN_TRAINING)),
        True,
        "training-under-supervision",
    ),
    Rule("sud-3", SUD, True, "sud-counseling-consent", PART2, consent_of("part2_sud_counseling")),
    Rule("sud-4", SUD, False, "sud-counseling-note-needs-own-consent"),
    # Mandated reports, 45 CFR 164.512(b), (c), 164.524(a)(2): for those whom the law names and who must know inside
    Rule("report-1", both(REPORT, has(C.REQUIRED_BY_LAW)), True, "required-by-law-164.512", (LEAST, RECORD, ACCOUNT)),
    Rule(
        "report-2",
        both(
            REPORT, to(R.ORIGINATOR, R.SUPERVISOR, R.CARE_TEAM, R.WORKFORCE), for_purpose(P.TREAT, P.ETREAT, P.HOPERAT)
        ),
        True,
        "need-to-know",
        (LEAST,),
    ),
    Rule("report-3", REPORT, False, "mandated-report-kept-164.524"),
    # 3 Part 2 records
    Rule(
        "p2-1", both(is_part2, to(R.CLIENT, R.REPRESENTATIVE), for_purpose(P.PATRQT)), True, "patient-access", (RECORD,)
    ),
    Rule(
        "p2-2",
        both(
            is_part2,
            has(C.MEDICAL_EMERGENCY),
            lambda asked: asked.recipient_kind in PROVIDERS,
            lambda asked: asked.purpose in TREATMENT,
        ),
        True,
        "medical-emergency-2.51",
        EMERGENCY,
    ),
    Rule(
        "p2-3",
        both(
            is_part2,
            to(R.ORIGINATOR, R.SUPERVISOR, R.CARE_TEAM, R.WORKFORCE),
            for_purpose(P.TREAT, P.ETREAT, P.HPAYMT, P.HOPERAT),
        ),
        True,
        "need-to-know-in-program-2.12c3",
        (LEAST, Obligation.LABEL_PART2),
    ),
    Rule(
        "p2-4",
        both(is_part2, for_purpose(P.HLEGAL)),
        True,
        "legal-proceedings-consent",
        PART2,
        consent_of("part2_legal"),
    ),
    Rule(
        "p2-5",
        both(is_part2, has(C.COURT_ORDER), has(C.SUBPOENA), to(R.COURT)),
        True,
        "court-order-with-subpoena-2.61",
        (LEAST, RECORD, ACCOUNT, Obligation.LABEL_PART2),
    ),
    Rule("p2-6", both(is_part2, for_purpose(P.HLEGAL)), False, "court-order-or-own-consent-needed"),
    Rule(
        "p2-7",
        both(is_part2, to(R.RESEARCHER), for_purpose(P.HRESCH), has(C.RESEARCH_APPROVAL)),
        True,
        "research-2.52",
        (LEAST, RECORD, ACCOUNT, Obligation.LABEL_PART2),
    ),
    Rule(
        "p2-8",
        both(is_part2, to(R.OVERSIGHT), has(C.AUDIT_AGREEMENT)),
        True,
        "audit-evaluation-2.53",
        (LEAST, RECORD, ACCOUNT, Obligation.LABEL_PART2),
    ),
    Rule(
        "p2-9",
        both(is_part2, lambda asked: asked.purpose in TPO),
        True,
        "part2-tpo-consent",
        (LEAST, *PART2),
        consent_of("part2_tpo"),
    ),
    Rule("p2-10", is_part2, True, "part2-consent", PART2, consent_of("part2_specific", "part2_intermediary")),
    Rule("p2-11", is_part2, False, "part2-consent-needed"),
    # 4 all other protected health information
    Rule(
        "phi-1",
        both(is_other, lambda asked: asked.recipient_kind in THE_PERSON, for_purpose(P.PATRQT)),
        True,
        "patient-access",
    ),
    Rule(
        "phi-2",
        both(is_other, is_treatment, lambda asked: asked.recipient_kind in PROVIDERS),
        True,
        "treatment-164.506",
    ),
    Rule(
        "phi-3",
        both(is_other, for_purpose(P.HPAYMT, P.HOPERAT), lambda asked: asked.recipient_kind in COVERED),
        True,
        "payment-operations-164.506",
        (LEAST,),
    ),
    Rule(
        "phi-4",
        both(is_other, has(C.SERIOUS_THREAT), to(R.PERSON_AT_RISK, R.PUBLIC_HEALTH, R.TREATING_PROVIDER)),
        True,
        "serious-threat-164.512j",
        (LEAST, ACCOUNT),
    ),
    Rule("phi-5", both(is_other, has(C.REQUIRED_BY_LAW)), True, "required-by-law-164.512a", (ACCOUNT,)),
    Rule("phi-6", both(is_other, to(R.COURT), has(C.COURT_ORDER)), True, "court-order-164.512e", (LEAST, ACCOUNT)),
    Rule("phi-7", both(is_other, to(R.OVERSIGHT)), True, "oversight-164.512d", (LEAST, ACCOUNT)),
    Rule("phi-8", both(is_other, to(R.CORONER)), True, "coroner-164.512g", (LEAST, ACCOUNT)),
    Rule(
        "phi-9",
        both(is_other, to(R.PUBLIC_HEALTH), for_purpose(P.PUBHLTH)),
        True,
        "public-health-164.512b",
        (LEAST, ACCOUNT),
    ),
    Rule(
        "phi-10",
        both(is_other, to(R.RESEARCHER), has(C.RESEARCH_APPROVAL), for_purpose(P.HRESCH)),
        True,
        "research-164.512i",
        (LEAST, ACCOUNT),
    ),
    Rule("phi-11", is_other, True, "authorization-164.508", (), consent_of("roi", "research")),
    Rule("phi-12", is_other, False, "authorization-needed"),
    Rule("default", always, False, "default-deny"),
)


def is_restricted(asked: Disclosure, restriction: Restriction) -> bool:
    named = restriction.recipient_id is None or restriction.recipient_id == asked.recipient_id
    return named and (restriction.data_class is None or restriction.data_class == asked.data_class)


def is_self_paid(asked: Disclosure) -> bool:
    return (
        asked.purpose in (P.HPAYMT, P.HOPERAT)
        and asked.recipient_kind == R.PAYER
        and any(r.self_paid and is_restricted(asked, r) for r in asked.restrictions)
    )


def is_agreed(asked: Disclosure) -> bool:
    """A restriction that we agreed to yields in an emergency, to the person and to the care team."""
    exempt = asked.purpose == P.ETREAT or asked.recipient_kind in (R.ORIGINATOR, R.CARE_TEAM, R.CLIENT)
    return not exempt and any(not r.self_paid and is_restricted(asked, r) for r in asked.restrictions)


def state_wants_consent(asked: Disclosure) -> bool:
    """Notes apart and Part 2 rows already had their consent; the overlay is about what federal law lets go without."""
    any_consent = consent_of(*ANY_CONSENT)
    outside = asked.recipient_kind not in INSIDE | THE_PERSON
    return outside and (asked.data_class, asked.purpose) in asked.overlay.needs_consent and any_consent(asked) is None


def is_draft(asked: Disclosure) -> bool:
    return not asked.is_final and asked.recipient_kind not in INSIDE


def is_without_authority(asked: Disclosure) -> bool:
    """Nobody is a representative by saying so, or longer than the custody or the authority lasts."""
    return asked.recipient_kind == R.REPRESENTATIVE and not asked.stands_for_client


def is_kept_from_guardian(asked: Disclosure) -> bool:
    """A guardian learns of care to which the minor alone consented only what the minor's own consent releases."""
    apart = asked.recipient_kind == R.REPRESENTATIVE and asked.data_class not in SHOWN_TO_GUARDIANS
    return apart and asked.is_minors_own and not is_released(asked)


def is_released(asked: Disclosure) -> bool:
    """By a consent that the client signed, of a kind that fits what is asked: a general release opens no Part 2."""
    fitting = [kind for kind in ANY_CONSENT if kind.startswith("part2") or not is_part2(asked)]
    own = replace(asked, consents=tuple(consent for consent in asked.consents if consent.is_by_client))
    return consent_of(*fitting)(own) is not None


ANY_CONSENT = (
    "roi",
    "research",
    "part2_tpo",
    "part2_specific",
    "part2_intermediary",
    "part2_legal",
    "part2_sud_counseling",
    "psychotherapy_notes",
)
LEGAL = frozenset({C.REQUIRED_BY_LAW, C.COURT_ORDER, C.MEDICAL_EMERGENCY, C.SERIOUS_THREAT})
LIMITS: tuple[Rule, ...] = (
    Rule("draft-1", is_draft, False, "draft-stays-inside"),
    Rule("guardian-1", is_without_authority, False, "no-authority-164.502g"),
    Rule("minor-1", is_kept_from_guardian, False, "minors-own-care-2.14-164.502g3"),
    Rule(
        "state-1",
        both(state_wants_consent, lambda asked: not LEGAL & asked.circumstances),
        False,
        "state-law-needs-consent",
    ),
    Rule(
        "limit-1",
        both(is_self_paid, lambda asked: C.REQUIRED_BY_LAW not in asked.circumstances),
        False,
        "restriction-self-paid-164.522",
    ),
    Rule(
        "limit-2", both(is_agreed, lambda asked: not LEGAL & asked.circumstances), False, "restriction-agreed-164.522"
    ),
)


def fits(rule: Rule, asked: Disclosure) -> tuple[bool, ConsentFacts | None]:
    if not rule.when(asked):
        return False, None
    if rule.consent is None:
        return True, None
    found = rule.consent(asked)
    return found is not None, found


def decide(asked: Disclosure) -> Verdict:
    """Permit or deny, with what must be done besides. Everything that no row permits is denied."""
    limits = next((rule for rule in LIMITS if rule.when(asked)), None)
    for rule in PERMISSIONS:
        matches, consent = fits(rule, asked)
        if not matches:
            continue
        if rule.is_permitted and limits is not None:
            return Verdict(False, limits.reason, limits.id)
        return Verdict(
            rule.is_permitted, rule.reason, rule.id, obligations_of(rule, asked), consent.id if consent else None
        )
    return Verdict(False, "default-deny", "default")


def obligations_of(rule: Rule, asked: Disclosure) -> tuple[Obligation, ...]:
    """What leaves the agency is recorded always; a denial obliges to nothing."""
    if not rule.is_permitted:
        return ()
    recorded = () if asked.recipient_kind in INSIDE or RECORD in rule.obligations else (RECORD,)
    return (*rule.obligations, *recorded)


def is_accountable(purpose: str, *, has_consent: bool, is_part2: bool = False) -> bool:
    """Whether it stands in the accounting a client may ask for (164.528; 42 CFR 2.25 for consented Part 2).

    Of what is read by breaking the glass a disclosure is told for records of Part 2 alone (2.51(c)).
    """
    if (is_part2 and has_consent) or purpose == Purpose.BTG:
        return True
    return not has_consent and purpose not in TPO and purpose != Purpose.PATRQT
