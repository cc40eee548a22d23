from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from privacy import (
    ConsentFacts,
    DataClass,
    Disclosure,
    MinorRule,
    Obligation,
    Purpose,
    RecipientKind,
    Restriction,
    StateOverlay,
    decide,
    is_accountable,
)
from privacy.classes import INSIDE, Circumstance
from privacy.decision import LIMITS, PERMISSIONS

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
PAYER = UUID(int=7)
PROGRAM = UUID(int=8)


def asked(data_class="clinical", purpose="TREAT", kind="treating_provider", **more):
    return Disclosure(data_class, purpose, kind, NOW, **more)


def consent(kind="part2_tpo", **more):
    given = {
        "purposes": frozenset({"TREAT", "HPAYMT", "HOPERAT"}),
        "data_classes": frozenset({"part2_record"}),
        "recipient_kinds": frozenset({"payer", "treating_provider"}),
        **more,
    }
    return ConsentFacts(UUID(int=1), kind, NOW - timedelta(days=1), **given)


def test_rule_ids_are_unique_and_the_last_row_denies():
    ids = [rule.id for rule in PERMISSIONS + LIMITS]
    assert len(ids) == len(set(ids))
    assert not PERMISSIONS[-1].is_permitted
    assert PERMISSIONS[-1].id == "default"


@pytest.mark.parametrize("change", [{"data_class": "horoscope"}, {"purpose": "MARKETING"}, {"kind": "stranger"}])
def test_what_is_unknown_is_denied(change):
    assert decide(asked(**change)).rule_id == "unknown-1"


def test_an_unknown_circumstance_or_client_is_denied():
    assert not decide(asked(circumstances=frozenset({"because"}))).is_permitted
    assert decide(asked(is_known_client=False)).reason == "unknown-client"


def test_every_combination_has_a_verdict_and_without_consent_nothing_apart_leaves_the_agency():
    for data_class, purpose, kind in product(DataClass, Purpose, RecipientKind):
        verdict = decide(asked(data_class, purpose, kind))
        assert verdict.rule_id
        assert verdict.reason
        apart = data_class in (DataClass.PSYCHOTHERAPY_NOTE, DataClass.SUD_COUNSELING_NOTE)
        allowed = kind in INSIDE or kind in ("coroner", "oversight")
        assert not (apart and verdict.is_permitted and not allowed), (data_class, purpose, kind)


@pytest.mark.parametrize("kind", ["care_team", "workforce", "payer", "treating_provider", "other_program", "client"])
@pytest.mark.parametrize("purpose", ["TREAT", "ETREAT", "BTG", "HPAYMT", "HOPERAT"])
def test_a_psychotherapy_note_stays_with_its_originator(kind, purpose):
    assert decide(asked("psychotherapy_note", purpose, kind)).rule_id == "psy-9"
    assert decide(asked("psychotherapy_note", "TREAT", "originator")).is_permitted


def test_a_general_release_never_opens_psychotherapy_notes():
    wide = consent("roi", data_classes=frozenset(DataClass), recipient_kinds=frozenset({"payer"}))
    assert not decide(asked("psychotherapy_note", "HPAYMT", "payer", consents=(wide,))).is_permitted
    own = replace(wide, type="psychotherapy_notes")
    assert decide(asked("psychotherapy_note", "HPAYMT", "payer", consents=(own,))).consent_id == own.id


def test_a_supervisor_reads_a_supervisees_note_for_training_only():
    training = frozenset({"own_training"})
    assert decide(asked("psychotherapy_note", "HOPERAT", "supervisor", circumstances=training)).rule_id == "psy-2"
    assert not decide(asked("psychotherapy_note", "TREAT", "supervisor", circumstances=training)).is_permitted


def test_sud_counseling_notes_need_their_own_consent():
    tpo = consent(data_classes=frozenset({"part2_record", "sud_counseling_note"}))
    assert decide(asked("sud_counseling_note", consents=(tpo,))).rule_id == "sud-4"
    assert decide(asked("sud_counseling_note", consents=(replace(tpo, type="part2_sud_counseling"),))).is_permitted


def test_part2_to_a_payer_needs_consent_and_carries_the_notice():
    question = asked("billing", "HPAYMT", "payer", is_part2=True)
    assert decide(question).rule_id == "p2-11"
    verdict = decide(replace(question, consents=(consent(),)))
    assert verdict.is_permitted
    assert verdict.rule_id == "p2-9"
    assert {Obligation.PART2_NOTICE, Obligation.CONSENT_COPY, Obligation.MINIMUM_NECESSARY} <= set(verdict.obligations)


def test_a_subpoena_with_a_tpo_consent_is_denied():
    tpo = consent(recipient_kinds=frozenset({"court"}), purposes=frozenset({"HLEGAL", "TREAT"}))
    question = asked("part2_record", "HLEGAL", "court", circumstances=frozenset({"subpoena"}), consents=(tpo,))
    assert decide(question).rule_id == "p2-6"
    ordered = replace(question, circumstances=frozenset({"subpoena", "court_order"}))
    assert decide(ordered).rule_id == "p2-5"
    own = replace(tpo, type="part2_legal")
    assert decide(replace(question, consents=(own,))).rule_id == "p2-4"


def test_a_medical_emergency_opens_part2_but_not_the_notes():
    emergency = frozenset({Circumstance.MEDICAL_EMERGENCY})
    verdict = decide(asked("part2_record", "ETREAT", circumstances=emergency))
    assert verdict.rule_id == "p2-2"
    assert Obligation.DOCUMENT_EMERGENCY in verdict.obligations
    assert not decide(asked("psychotherapy_note", "BTG", "care_team", circumstances=emergency)).is_permitted
    assert not decide(asked("sud_counseling_note", "BTG", "care_team", circumstances=emergency)).is_permitted


def test_break_glass_on_part2_needs_the_emergency():
    assert not decide(asked("part2_record", "BTG", "care_team")).is_permitted


@pytest.mark.parametrize(("offset", "permitted"), [(-1, False), (0, False), (1, True)])
def test_a_consent_ends_at_its_moment(offset, permitted):
    ends = consent(effective_until=NOW + timedelta(seconds=offset))
    assert decide(asked("part2_record", "HPAYMT", "payer", consents=(ends,))).is_permitted is permitted


@pytest.mark.parametrize(("offset", "permitted"), [(-1, True), (0, True), (1, False)])
def test_a_consent_starts_at_its_moment(offset, permitted):
    starts = replace(consent(), effective_from=NOW + timedelta(seconds=offset))
    assert decide(asked("part2_record", "HPAYMT", "payer", consents=(starts,))).is_permitted is permitted


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"recipient_kinds": frozenset()},
        {"purposes": frozenset({"TREAT"})},
        {"data_classes": frozenset({"contact"})},
        {"program_ids": frozenset({UUID(int=99)})},
        {"records_until": date(2026, 1, 1)},
    ],
)
def test_a_consent_covers_no_more_than_it_names(change):
    question = asked("part2_record", "HPAYMT", "payer", program_id=PROGRAM, record_on=date(2026, 11, 1))
    assert decide(replace(question, consents=(consent(),))).is_permitted
    assert not decide(replace(question, consents=(replace(consent(), **change),))).is_permitted


def test_a_consent_of_dates_covers_no_undated_record():
    dated = consent(records_from=date(2026, 1, 1))
    assert not decide(asked("part2_record", "HPAYMT", "payer", consents=(dated,))).is_permitted


def test_treatment_needs_no_authorization_and_payment_is_minimum_necessary():
    assert decide(asked()).obligations == (Obligation.RECORD_DISCLOSURE,)
    assert Obligation.MINIMUM_NECESSARY in decide(asked("billing", "HPAYMT", "payer")).obligations


def test_a_community_organisation_needs_an_authorization_for_exactly_what_it_gets():
    question = asked("contact", "TREAT", "community_organisation", recipient_id=PAYER)
    assert decide(question).reason == "authorization-needed"
    roi = consent(
        "roi", data_classes=frozenset({"contact"}), recipient_kinds=frozenset(), recipient_ids=frozenset({PAYER})
    )
    assert decide(replace(question, consents=(roi,))).is_permitted
    assert not decide(replace(question, data_class="diagnosis", consents=(roi,))).is_permitted
    assert not decide(replace(question, recipient_id=UUID(int=9), consents=(roi,))).is_permitted


def test_a_self_paid_service_is_not_told_to_the_plan():
    question = asked("billing", "HPAYMT", "payer", restrictions=(Restriction(self_paid=True),))
    assert decide(question).reason == "restriction-self-paid-164.522"
    assert decide(replace(question, circumstances=frozenset({"required_by_law"}))).is_permitted
    assert decide(replace(question, purpose="TREAT", recipient_kind="treating_provider")).is_permitted


def test_a_restriction_tightens_a_part2_consent_too():
    question = asked(
        "part2_record", "HPAYMT", "payer", consents=(consent(),), restrictions=(Restriction(self_paid=True),)
    )
    assert not decide(question).is_permitted


def test_an_agreed_restriction_yields_to_an_emergency_only():
    kept = (Restriction(recipient_id=PAYER),)
    assert decide(asked(recipient_id=PAYER, restrictions=kept)).reason == "restriction-agreed-164.522"
    assert decide(asked(purpose="ETREAT", recipient_id=PAYER, restrictions=kept)).is_permitted
    assert decide(asked(recipient_id=UUID(int=3), restrictions=kept)).is_permitted


def test_a_state_may_want_consent_even_for_treatment():
    overlay = StateOverlay("example", frozenset({("clinical", "TREAT")}))
    assert decide(asked(overlay=overlay)).rule_id == "state-1"
    roi = consent("roi", data_classes=frozenset({"clinical"}))
    assert decide(asked(overlay=overlay, consents=(roi,))).is_permitted
    assert decide(asked(kind="care_team", overlay=overlay)).is_permitted


def test_what_stands_in_the_accounting():
    assert is_accountable("PUBHLTH", has_consent=False)
    assert not is_accountable("HPAYMT", has_consent=False)
    assert not is_accountable("PATRQT", has_consent=False)
    assert not is_accountable("COC", has_consent=True)
    assert is_accountable("HPAYMT", has_consent=True, is_part2=True)


@pytest.mark.parametrize("kind", ["client", "representative", "treating_provider", "payer", "community_organisation"])
def test_a_draft_stays_inside(kind):
    purpose = "PATRQT" if kind in ("client", "representative") else "TREAT"
    assert decide(asked("clinical", purpose, kind, is_final=False)).is_permitted is False
    assert decide(asked("clinical", "TREAT", "care_team", is_final=False)).is_permitted


def test_a_guardian_cannot_sign_himself_into_a_minors_own_care():
    release = consent("roi", purposes=frozenset({"PATRQT"}), data_classes=frozenset({"plan"}),
                      recipient_kinds=frozenset({"representative"}))  # fmt: skip
    question = asked("plan", "PATRQT", "representative", is_minors_own=True, stands_for_client=True)
    assert decide(question).rule_id == "minor-1"
    assert decide(replace(question, consents=(release,))).is_permitted
    assert decide(replace(question, consents=(replace(release, is_by_client=False),))).rule_id == "minor-1"
    part2 = replace(question, is_part2=True)
    assert decide(replace(part2, consents=(release,))).rule_id == "minor-1"


def test_a_restriction_holds_against_a_guardian_and_not_against_the_client():
    wish = (Restriction(data_class="plan"),)
    guardian = asked("plan", "PATRQT", "representative", stands_for_client=True, restrictions=wish)
    assert decide(guardian).rule_id == "limit-2"
    assert decide(asked("plan", "PATRQT", "client", restrictions=wish)).is_permitted


@pytest.mark.parametrize("data_class", ["demographics", "plan", "clinical", "part2_record"])
def test_a_guardian_without_authority_is_told_nothing(data_class):
    guardian = asked(data_class, "PATRQT", "representative")
    assert decide(guardian).rule_id == "guardian-1"
    assert decide(replace(guardian, stands_for_client=True)).is_permitted


@pytest.mark.parametrize("kind", ["client", "representative"])
@pytest.mark.parametrize("data_class", ["psychotherapy_note", "mandated_report", "sud_counseling_note"])
def test_what_is_kept_apart_is_in_nobodys_own_documents(kind, data_class):
    assert not decide(asked(data_class, "PATRQT", kind, stands_for_client=True)).is_permitted


def test_the_glass_is_broken_by_those_who_work_here_alone():
    assert decide(asked("clinical", "BTG", "workforce")).is_permitted
    assert not decide(asked("clinical", "BTG", "treating_provider")).is_permitted


@pytest.mark.parametrize(("age", "signed", "own"), [(11, True, False), (12, True, True), (17, True, True),
                                                   (18, True, False), (15, False, False), (None, True, False)])  # fmt: skip
def test_which_care_is_the_minors_own(age, signed, own):
    assert MinorRule(12).is_own(age, was_signed_by_minor=signed) is own
    assert not MinorRule().is_own(age, was_signed_by_minor=signed)
