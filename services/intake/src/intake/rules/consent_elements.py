"""What a consent must contain before it can be signed, by type and by the version of the law on the day of signing.

Sources: 42 CFR 2.31(a)(1)–(10), (b), (d) (rule of 2024, in force 2024-04-16, compliance date 2026-02-16; nine elements
before); 45 CFR 164.508(b)(3), (c); 164.520(c)(2)(ii). Version 2026-11.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from intake.rules.consents import ConsentType, ExpiryEvent, SignerRole, SigningMethod

PART2_2017 = "42cfr2.31-2017"
PART2_2024 = "42cfr2.31-2024"
HIPAA = "45cfr164.508"
GENERAL = "agency"
PART2_2024_FROM = date(2024, 4, 16)
PART2_COMPLIANCE_FROM = date(2026, 2, 16)

RIGHT_TO_REVOKE = "right_to_revoke"
TPO_STATEMENTS = frozenset({"tpo_redisclosure", "tpo_refusal_consequences"})
HIPAA_STATEMENTS = frozenset({"conditioning", "redisclosure_risk"})


@dataclass(frozen=True)
class ConsentText:
    """A consent as it would be signed. `statements`: codes of what the form says; `signed_on`: in the agency's zone."""

    type: ConsentType
    signed_on: date | None
    has_patient_name: bool = True
    form_version: str = ""
    form_hash: str = ""
    language: str = ""
    discloser: str = ""
    information_description: str = ""
    data_classes: frozenset[str] = frozenset()
    has_recipients: bool = False
    has_intermediary_members: bool = False
    purposes: frozenset[str] = frozenset()
    is_at_request_of_client: bool = False
    statements: frozenset[str] = frozenset()
    expires_on: date | None = None
    expires_event: ExpiryEvent | None = None
    signer: SignerRole | None = None
    has_authority: bool = False
    method: SigningMethod | None = None
    has_witness: bool = False


@dataclass(frozen=True)
class Element:
    """One required element: its key in the answer, what it asks, and where in the request it would stand."""

    key: str
    asks: str
    pointer: str
    holds: Callable[[ConsentText], bool]


@dataclass(frozen=True)
class Finding:
    key: str
    detail: str
    pointer: str


@dataclass(frozen=True)
class Validation:
    is_valid: bool
    rule_version: str
    missing: tuple[Finding, ...]


def has_expiry(text: ConsentText) -> bool:
    return text.expires_on is not None or text.expires_event is not None


def has_bounded_expiry(text: ConsentText) -> bool:
    """`none` suffices for treatment, payment and operations only, and for research."""
    return text.expires_on is not None or text.expires_event not in (None, ExpiryEvent.NONE)


def is_signed(text: ConsentText) -> bool:
    return text.signer is not None and text.method is not None


def has_authority(text: ConsentText) -> bool:
    return text.signer in (None, SignerRole.CLIENT) or text.has_authority


def has_witness(text: ConsentText) -> bool:
    return text.method is not SigningMethod.VERBAL_WITNESSED or text.has_witness


def is_written(text: ConsentText) -> bool:
    return text.method is not SigningMethod.VERBAL_WITNESSED


def only(data_class: str) -> Callable[[ConsentText], bool]:
    return lambda text: text.data_classes == frozenset({data_class})


def without(*data_classes: str) -> Callable[[ConsentText], bool]:
    return lambda text: not text.data_classes & frozenset(data_classes)


def is_legal_only(text: ConsentText) -> bool:
    return text.purposes == frozenset({"HLEGAL"})


def is_not_legal(text: ConsentText) -> bool:
    return "HLEGAL" not in text.purposes


def is_tpo_only(text: ConsentText) -> bool:
    return bool(text.purposes) and text.purposes <= frozenset({"TREAT", "ETREAT", "HPAYMT", "HOPERAT"})


FORM = (
    Element(
        "form",
        "The version, hash and language of the form that was shown.",
        "/form_version",
        lambda text: bool(text.form_version and text.form_hash and text.language),
    ),
)
SIGNED = (
    Element("signature", "Who signs, and how.", "/signer", is_signed),
    Element("date_signed", "The date of signing.", "/signed_at", lambda text: text.signed_on is not None),
    Element("authority", "By which authority a guardian or representative signs.", "/signer/authority", has_authority),
    Element("witness", "A witness of what was agreed by word of mouth.", "/witness", has_witness),
)
WRITTEN = (Element("written", "A signature in writing, by hand or electronic.", "/method", is_written),)
WHAT_AND_WHOM = (
    Element("patient_name", "The name of the client.", "/client_id", lambda text: text.has_patient_name),
    Element("discloser", "Who discloses.", "/discloser", lambda text: bool(text.discloser)),
    Element(
        "information_description",
        "What is disclosed, specific and meaningful, with its data classes.",
        "/scope/information_description",
        lambda text: bool(text.information_description and text.data_classes),
    ),
    Element("recipient", "Who receives, by name or class.", "/recipients", lambda text: text.has_recipients),
    Element(
        "purpose",
        "Each purpose, or that the client asked for it.",
        "/purposes",
        lambda text: bool(text.purposes) or text.is_at_request_of_client,
    ),
)
REVOKE = (
    Element(
        "right_to_revoke",
        "That it can be revoked in writing, and how.",
        "/statements",
        lambda text: RIGHT_TO_REVOKE in text.statements,
    ),
)
EXPIRATION = (Element("expiration", "A date or event at which it ends.", "/expires_at", has_expiry),)
BOUNDED = (
    Element(
        "expiration", "A date or event at which it ends; `none` is not enough here.", "/expires_at", has_bounded_expiry
    ),
)
TPO = (
    Element(
        "tpo_statements",
        "That it may be redisclosed under HIPAA but not in proceedings against the client, and what "
        "refusing to sign means.",
        "/statements",
        lambda text: text.statements >= TPO_STATEMENTS,
    ),
    Element("tpo_purposes", "Purposes of treatment, payment and operations, and no others.", "/purposes", is_tpo_only),
)
NO_NOTES = (
    Element(
        "separate",
        "SUD counseling notes and psychotherapy notes need consents of their own.",
        "/scope/data_classes",
        without("sud_counseling_note", "psychotherapy_note"),
    ),
)
NOT_LEGAL = (Element("not_legal", "Legal proceedings need a consent of their own.", "/purposes", is_not_legal),)
HIPAA_SAYS = (
    Element(
        "statements",
        "Whether treatment depends on it, and that the recipient may redisclose.",
        "/statements",
        lambda text: text.statements >= HIPAA_STATEMENTS,
    ),
)
INTERMEDIARY = (
    Element(
        "intermediary_members",
        "The intermediary's participants, or a class of treating providers.",
        "/recipients",
        lambda text: text.has_intermediary_members,
    ),
)
ALONE = (Element("not_combined", "Consent to use in legal proceedings stands alone.", "/purposes", is_legal_only),)

PART2_NINE = FORM + WHAT_AND_WHOM + EXPIRATION + SIGNED + WRITTEN
PART2_TEN = FORM + WHAT_AND_WHOM + REVOKE + EXPIRATION + SIGNED + WRITTEN
AUTHORIZATION = FORM + WHAT_AND_WHOM + REVOKE + BOUNDED + HIPAA_SAYS + SIGNED + WRITTEN
PLAIN = FORM + SIGNED

T = ConsentType
EXTRA: dict[ConsentType, tuple[Element, ...]] = {
    T.PART2_TPO: TPO + NO_NOTES,
    T.PART2_SPECIFIC: NO_NOTES + NOT_LEGAL,
    T.PART2_INTERMEDIARY: INTERMEDIARY + NO_NOTES + NOT_LEGAL,
    T.PART2_LEGAL: ALONE + NO_NOTES,
    T.PART2_SUD_COUNSELING: (
        Element(
            "separate", "SUD counseling notes and nothing else.", "/scope/data_classes", only("sud_counseling_note")
        ),
        *NOT_LEGAL,
    ),
}
OTHERS: dict[ConsentType, tuple[str, tuple[Element, ...]]] = {
    T.ROI: (HIPAA, AUTHORIZATION + NO_NOTES),
    T.RESEARCH: (HIPAA, FORM + WHAT_AND_WHOM + REVOKE + EXPIRATION + HIPAA_SAYS + SIGNED + WRITTEN + NO_NOTES),
    T.PSYCHOTHERAPY_NOTES: (
        HIPAA,
        (
            *AUTHORIZATION,
            Element(
                "separate", "Psychotherapy notes and nothing else.", "/scope/data_classes", only("psychotherapy_note")
            ),
        ),
    ),
    T.RECORDING: (GENERAL, PLAIN + WRITTEN),
    T.FINANCIAL_AGREEMENT: (GENERAL, PLAIN + WRITTEN),
    T.GROUP_CONFIDENTIALITY: (GENERAL, PLAIN + WRITTEN),
}


def part2_version(signed_on: date | None) -> str:
    """Which rule binds a Part 2 consent signed that day; undated means today, hence the one in force."""
    return PART2_2017 if signed_on is not None and signed_on < PART2_COMPLIANCE_FROM else PART2_2024


def is_too_early_for_tpo(text: ConsentText) -> bool:
    return text.type is T.PART2_TPO and text.signed_on is not None and text.signed_on < PART2_2024_FROM


def elements_of(kind: ConsentType, signed_on: date | None) -> tuple[str, tuple[Element, ...]]:
    """The version of the rule, and the elements that it asks of this type on that day."""
    if kind in EXTRA:
        version = part2_version(signed_on)
        return version, (PART2_NINE if version == PART2_2017 else PART2_TEN) + EXTRA[kind]
    return OTHERS.get(kind, (GENERAL, PLAIN))


def validate(text: ConsentText) -> Validation:
    """What is missing. One consent for all future TPO did not exist before the rule of 2024."""
    version, elements = elements_of(text.type, text.signed_on)
    missing = [Finding(e.key, e.asks, e.pointer) for e in elements if not e.holds(text)]
    if is_too_early_for_tpo(text):
        missing.append(Finding("type", "A consent for all future TPO could not be signed before 2024-04-16.", "/type"))
    return Validation(not missing, version, tuple(missing))
