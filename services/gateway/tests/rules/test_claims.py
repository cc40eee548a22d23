from uuid import UUID

import pytest
from gateway.rules.claims import LIFETIME, Holder, narrowed, payload, person
from gateway.rules.roles import Reach

ONE, TWO, THREE = UUID(int=1), UUID(int=2), UUID(int=3)


def test_a_persons_token_says_all_that_services_decide_by():
    holder = person(ONE, TWO, frozenset({"associate"}), (THREE,), (), ONE, "sandbox")
    claims = payload(holder, issuer="http://issuer", now=1000, jti="j")
    assert claims["aud"] == "trellis" and claims["sub"] == str(ONE) and claims["agency"] == str(TWO)
    assert claims["clinics"] == [str(THREE)] and claims["roles"] == ["associate"] and claims["reach"] == "caseload"
    assert claims["sup"] == str(ONE) and "notes:sign" in claims["scope"].split()
    assert (claims["iat"], claims["nbf"], claims["exp"]) == (1000, 1000, 1000 + LIFETIME)
    assert LIFETIME <= 600


def test_no_clinic_named_means_every_clinic():
    assert person(ONE, TWO, frozenset({"scheduler"}), (), (), None, "c").clinics == ("*",)


def test_who_belongs_to_no_agency_has_no_agency_claim():
    claims = payload(Holder(ONE, "operator", ("agencies:read",), Reach.NONE, None), issuer="i", now=0, jti="j")
    assert not {"agency", "sup", "act"} & claims.keys()


def test_a_service_says_for_whom_it_acts():
    claims = payload(
        Holder(ONE, "service:x", (), Reach.AGENCY, TWO, act_for=THREE, purpose="HPAYMT"), issuer="i", now=0, jti="j"
    )
    assert claims["act"] == {"sub": str(THREE)} and claims["purpose"] == "HPAYMT"


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("", ("a:read", "b:write")),
        ("a:read", ("a:read",)),
        ("b:write a:read", ("a:read", "b:write")),
        ("c:read", None),
        ("a:read c:read", None),
    ],
)
def test_no_more_scopes_than_were_granted(asked, given):
    assert narrowed(("a:read", "b:write"), asked) == given
