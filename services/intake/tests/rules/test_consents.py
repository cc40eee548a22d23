from dataclasses import replace
from datetime import date

import pytest
from intake.rules.consent_elements import (
    HIPAA,
    PART2_2017,
    PART2_2024,
    ConsentText,
    elements_of,
    part2_version,
    validate,
)
from intake.rules.consents import (
    NEXT,
    ConsentStatus,
    ConsentType,
    ExpiryEvent,
    RevocationMethod,
    SignerRole,
    SigningMethod,
    why_not_revoked,
)

TODAY = date(2026, 11, 23)
TPO = ConsentText(
    type=ConsentType.PART2_TPO,
    signed_on=TODAY,
    form_version="2026-1",
    form_hash="a" * 64,
    language="en",
    discloser="agency",
    information_description="All records of my treatment",
    data_classes=frozenset({"part2_record"}),
    has_recipients=True,
    has_intermediary_members=True,
    purposes=frozenset({"TREAT", "HPAYMT", "HOPERAT"}),
    statements=frozenset(
        {"right_to_revoke", "tpo_redisclosure", "tpo_refusal_consequences", "conditioning", "redisclosure_risk"}
    ),
    expires_event=ExpiryEvent.NONE,
    signer=SignerRole.CLIENT,
    method=SigningMethod.E_SIGN,
)
ROI = replace(
    TPO,
    type=ConsentType.ROI,
    data_classes=frozenset({"contact"}),
    purposes=frozenset({"COC"}),
    expires_event=None,
    expires_on=date(2027, 11, 23),
)
WHOLE = {
    ConsentType.PART2_TPO: TPO,
    ConsentType.PART2_SPECIFIC: replace(TPO, type=ConsentType.PART2_SPECIFIC),
    ConsentType.PART2_INTERMEDIARY: replace(TPO, type=ConsentType.PART2_INTERMEDIARY),
    ConsentType.PART2_LEGAL: replace(TPO, type=ConsentType.PART2_LEGAL, purposes=frozenset({"HLEGAL"})),
    ConsentType.PART2_SUD_COUNSELING: replace(
        TPO, type=ConsentType.PART2_SUD_COUNSELING, data_classes=frozenset({"sud_counseling_note"})
    ),
    ConsentType.ROI: ROI,
    ConsentType.RESEARCH: replace(ROI, type=ConsentType.RESEARCH),
    ConsentType.PSYCHOTHERAPY_NOTES: replace(
        ROI, type=ConsentType.PSYCHOTHERAPY_NOTES, data_classes=frozenset({"psychotherapy_note"})
    ),
}


def missing(text):
    return {finding.key for finding in validate(text).missing}


@pytest.mark.parametrize("kind", ConsentType)
def test_a_whole_consent_of_each_type_is_valid(kind):
    assert validate(WHOLE.get(kind, replace(ROI, type=kind))).is_valid


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("patient_name", {"has_patient_name": False}),
        ("discloser", {"discloser": ""}),
        ("information_description", {"information_description": ""}),
        ("information_description", {"data_classes": frozenset()}),
        ("recipient", {"has_recipients": False}),
        ("purpose", {"purposes": frozenset()}),
        ("right_to_revoke", {"statements": TPO.statements - {"right_to_revoke"}}),
        ("expiration", {"expires_event": None}),
        ("signature", {"signer": None}),
        ("signature", {"method": None}),
        ("date_signed", {"signed_on": None}),
        ("tpo_statements", {"statements": TPO.statements - {"tpo_redisclosure"}}),
        ("tpo_statements", {"statements": TPO.statements - {"tpo_refusal_consequences"}}),
        ("authority", {"signer": SignerRole.GUARDIAN}),
        ("written", {"method": SigningMethod.VERBAL_WITNESSED}),
        ("form", {"form_hash": ""}),
        ("tpo_purposes", {"purposes": frozenset({"TREAT", "HLEGAL"})}),
        ("separate", {"data_classes": frozenset({"part2_record", "sud_counseling_note"})}),
    ],
)
def test_each_element_of_a_part2_consent_is_missed(key, change):
    assert key in missing(replace(TPO, **change))


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2026, 2, 15), PART2_2017),
        (date(2026, 2, 16), PART2_2024),
        (date(2026, 2, 17), PART2_2024),
        (None, PART2_2024),
    ],
)
def test_the_rule_of_the_day_of_signing_binds(day, version):
    assert part2_version(day) == version


def test_an_old_consent_may_lack_how_to_revoke():
    old = replace(WHOLE[ConsentType.PART2_SPECIFIC], statements=frozenset())
    assert validate(replace(old, signed_on=date(2026, 2, 15))).is_valid
    assert missing(replace(old, signed_on=date(2026, 2, 16))) == {"right_to_revoke"}


@pytest.mark.parametrize(("day", "valid"), [(date(2024, 4, 15), False), (date(2024, 4, 16), True)])
def test_one_consent_for_all_future_tpo_came_with_the_rule_of_2024(day, valid):
    assert validate(replace(TPO, signed_on=day)).is_valid is valid


def test_at_the_clients_request_is_purpose_enough():
    specific = replace(WHOLE[ConsentType.PART2_SPECIFIC], purposes=frozenset(), is_at_request_of_client=True)
    assert validate(specific).is_valid


@pytest.mark.parametrize("purposes", [frozenset({"HLEGAL", "TREAT"}), frozenset({"TREAT"})])
def test_legal_proceedings_stand_alone(purposes):
    assert "not_combined" in missing(replace(WHOLE[ConsentType.PART2_LEGAL], purposes=purposes))
    assert "not_legal" in missing(replace(WHOLE[ConsentType.PART2_SPECIFIC], purposes=frozenset({"HLEGAL", "TREAT"})))


@pytest.mark.parametrize("apart", ["psychotherapy_note", "sud_counseling_note"])
def test_a_release_never_covers_the_notes_kept_apart(apart):
    assert missing(replace(ROI, data_classes=frozenset({"contact", apart}))) == {"separate"}


def test_a_release_needs_the_hipaa_statements_and_an_end():
    assert missing(replace(ROI, statements=frozenset({"right_to_revoke"}))) == {"statements"}
    assert missing(replace(ROI, expires_on=None, expires_event=ExpiryEvent.NONE)) == {"expiration"}
    assert validate(ROI).rule_version == HIPAA


def test_treatment_needs_a_form_and_a_signature_only():
    plain = ConsentText(
        ConsentType.TREATMENT,
        TODAY,
        form_version="1",
        form_hash="abcdefgh",
        language="en",
        signer=SignerRole.CLIENT,
        method=SigningMethod.VERBAL_WITNESSED,
    )
    assert missing(plain) == {"witness"}
    assert validate(replace(plain, has_witness=True)).is_valid


def test_every_element_says_what_it_asks():
    for kind in ConsentType:
        version, elements = elements_of(kind, TODAY)
        assert version
        assert all(element.key and element.asks and element.pointer.startswith("/") for element in elements)


def test_ended_consents_never_come_back():
    ended = (ConsentStatus.REVOKED, ConsentStatus.EXPIRED, ConsentStatus.DECLINED, ConsentStatus.SUPERSEDED)
    assert set(NEXT) == set(ConsentStatus)
    assert all(not NEXT[status] for status in ended)


@pytest.mark.parametrize(
    ("kind", "method", "requested_by", "signed_by", "may"),
    [
        ("roi", "written", "client", "client", True),
        ("roi", "verbal", "client", "client", False),
        ("part2_tpo", "verbal", "client", "client", True),
        ("psychotherapy_notes", "portal", "client", "client", True),
        ("npp_acknowledgement", "written", "client", "client", False),
        ("treatment", "written", "guardian", "client", False),
        ("treatment", "written", "guardian", "guardian", True),
        ("treatment", "written", "client", "guardian", True),
    ],
)
def test_who_may_revoke_what_and_how(kind, method, requested_by, signed_by, may):
    asked = ConsentType(kind), RevocationMethod(method), SignerRole(requested_by), SignerRole(signed_by)
    assert (why_not_revoked(*asked) is None) is may
