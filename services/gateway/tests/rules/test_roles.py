import re

import pytest
from gateway.rules.claims import OPERATOR_SCOPES
from gateway.rules.roles import GRANTS, PartnerScope, Reach, Role, conflict, every_scope, reach_of, scopes_of

NEVER_IN_THE_CHART = (
    Role.SCHEDULER,
    Role.FRONT_DESK,
    Role.QI_ANALYST,
    Role.AUDITOR,
    Role.DIRECTORY_MANAGER,
    Role.ADMINISTRATOR,
)


def test_what_is_the_operators_no_role_gives():
    ours = {"agencies:write", "signing-keys:read", "signing-keys:write"}
    assert ours <= set(OPERATOR_SCOPES)
    assert not [role for role in Role if ours & set(GRANTS[role].scopes)] and not ours & set(PartnerScope)


def test_every_role_has_a_grant():
    assert set(GRANTS) == set(Role)


@pytest.mark.parametrize("scope", every_scope())
def test_a_scope_is_a_resource_and_a_verb(scope):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*:(read|write|sign|create|evaluate)", scope)


@pytest.mark.parametrize("role", NEVER_IN_THE_CHART)
def test_who_has_no_clinical_work_reads_no_chart(role):
    chart = {"notes:read", "assessments:read", "diagnoses:read", "plans:read", "risk:read", "notes:write", "risk:write"}
    assert not chart & set(scopes_of([role]))


def test_billing_reads_no_notes_and_the_case_manager_reads_none_of_others():
    assert "notes:read" not in scopes_of([Role.BILLING_UR, Role.CASE_MANAGER])


def test_only_those_who_write_notes_sign_them():
    signers = {role for role in Role if "notes:sign" in GRANTS[role].scopes}
    assert signers == {
        Role.THERAPIST,
        Role.ASSOCIATE,
        Role.PRACTICUM_STUDENT,
        Role.CLINICAL_SUPERVISOR,
        Role.PSYCHIATRIST,
        Role.CASE_MANAGER,
    }


def test_nobody_of_an_agency_opens_agencies_or_uses_internal_routes():
    assert not {"agencies:write", "internal"} & set(every_scope())


@pytest.mark.parametrize(
    ("roles", "reach"),
    [
        (["therapist"], Reach.CASELOAD),
        (["therapist", "intake_coordinator"], Reach.AGENCY),
        (["client_portal"], Reach.OWN),
        (["guardian", "client_portal"], Reach.OWN),
        (["qi_analyst"], Reach.NONE),
        (["auditor", "case_manager"], Reach.CASELOAD),
        ([], Reach.NONE),
    ],
)
def test_the_widest_reach_counts(roles, reach):
    assert reach_of(roles) is reach


def test_reach_of_every_role_is_as_agreed():
    assert {r for r in Role if reach_of([r]) is Reach.CASELOAD} == {
        Role.THERAPIST,
        Role.ASSOCIATE,
        Role.PRACTICUM_STUDENT,
        Role.PSYCHIATRIST,
        Role.CASE_MANAGER,
    }
    assert {r for r in Role if reach_of([r]) is Reach.OWN} == {Role.CLIENT_PORTAL, Role.GUARDIAN}
    assert {r for r in Role if reach_of([r]) is Reach.NONE} == {Role.QI_ANALYST, Role.AUDITOR}


@pytest.mark.parametrize("own", [Role.CLIENT_PORTAL, Role.GUARDIAN])
@pytest.mark.parametrize("staff", sorted(set(Role) - {Role.CLIENT_PORTAL, Role.GUARDIAN}))
def test_a_clients_account_has_no_staff_role(own, staff):
    assert conflict([own, staff], clients=1)


def test_clients_stand_on_their_own_accounts_only():
    assert conflict(["client_portal"], clients=0)
    assert conflict(["therapist"], clients=1)
    assert conflict(["guardian"], clients=3) is None
    assert conflict(["client_portal"], clients=1) is None
    assert conflict(["therapist", "clinical_supervisor"], clients=0) is None


def test_an_account_is_a_clients_own_or_a_guardians():
    assert conflict(["client_portal", "guardian"], clients=1)
    assert conflict(["client_portal"], clients=2)


def test_a_partner_app_writes_nothing_but_inquiries():
    assert {s for s in PartnerScope if not s.endswith(":read")} == {PartnerScope.CREATE_INQUIRIES}
