"""The rules of signing in, each against the text that it comes from."""

from datetime import UTC, datetime, timedelta

import pytest
from gateway.rules.authorization import answer_address, asked_of, fault_of
from gateway.rules.consent_words import THINGS, words
from gateway.rules.one_time_codes import matching_step
from gateway.rules.passwords import refused
from gateway.rules.proof_keys import challenge_of, is_proven
from gateway.rules.roles import PartnerScope
from gateway.rules.sessions import GRACE, Presented, Refresh, Stage, next_stage, refresh_step
from gateway.rules.sign_in_clients import ClientKind, may_use, origin_of, parse_sign_in_client, refused_redirect
from gateway.rules.throttles import Kind, network_of, password_buckets
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_the_proof_key_of_rfc_7636_appendix_b():
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert is_proven("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", verifier)
    assert not is_proven(challenge_of("short"), "short") and not is_proven(verifier, verifier)


@pytest.mark.parametrize(("at", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_the_codes_of_rfc_6238_appendix_b(at, code):
    """The last six digits of the table's eight, for SHA-1."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert matching_step(secret, code, at=at, after=0) == at // 30
    assert matching_step(secret, code, at=at + 30, after=0) == at // 30
    assert matching_step(secret, code, at=at + 61, after=0) is None
    assert matching_step(secret, code, at=at, after=at // 30) is None


@pytest.mark.parametrize("code", ["", "28708", "2870822", "２８７０８２", "28708a", "287082\n"])
def test_what_is_no_code_matches_nothing(code):
    assert matching_step("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", code, at=59, after=0) is None


@pytest.mark.parametrize(
    ("used", "same", "followed", "step"),
    [
        (None, False, False, Refresh.ROTATE),
        (NOW, True, False, Refresh.REPEAT),
        (NOW - GRACE, True, False, Refresh.REPEAT),
        (NOW - GRACE - timedelta(microseconds=1), True, False, Refresh.REUSED),
        (NOW, False, False, Refresh.REUSED),
        (NOW, True, True, Refresh.REUSED),
    ],
)
def test_one_use_of_a_refresh_token(used, same, followed, step):
    assert refresh_step(Presented(used, same, followed), NOW) is step


def test_what_follows_the_password():
    assert next_stage(has_totp=True, needs_totp=True, is_partner=False) is Stage.SECOND_FACTOR
    assert next_stage(has_totp=True, needs_totp=False, is_partner=True) is Stage.SECOND_FACTOR
    assert next_stage(has_totp=False, needs_totp=True, is_partner=True) is Stage.ENROL
    assert next_stage(has_totp=False, needs_totp=False, is_partner=True) is Stage.CONSENT
    assert next_stage(has_totp=False, needs_totp=False, is_partner=False) is Stage.DONE


@given(st.text(min_size=12, max_size=128))
def test_a_password_is_taken_or_has_a_reason(password):
    reason = refused(password, username="therapist-01", agency=("alder",))
    assert (reason is None) == (len(set(password.casefold())) > 4 and "alder" not in password.casefold()) or (
        "therapist-01" in password.casefold()
    )


@given(st.text(max_size=300))
def test_no_text_is_registered_that_a_browser_could_read_otherwise(text):
    if refused_redirect(text) is None:
        assert text.startswith(("https://", "http://")) or "." in text.partition(":")[0]
        assert not set(text) & set("#\\* \t\n") and origin_of(text)


def test_addresses_that_are_taken():
    good = [
        "https://a.test/b?c=d",
        "http://127.0.0.1:3000/x",
        "http://localhost/x",
        "http://[::1]/x",
        "com.example.app:/back",
    ]
    assert [refused_redirect(uri) for uri in good] == [None] * len(good)
    assert [origin_of(uri) for uri in good[:1] + good[-1:]] == ["https://a.test", "com.example.app:"]


def test_a_client_id_names_its_agency():
    console, portal = parse_sign_in_client("staff-console:alder"), parse_sign_in_client("client-portal:alder")
    assert console.agency == portal.agency and console.is_public and console.kind is ClientKind.STAFF_CONSOLE
    for text in ("", "staff-console:", "staff-console:-", "staff-console:A", "console:alder", "app:x.y", "operator"):
        assert parse_sign_in_client(text) is None


def test_who_signs_in_where():
    assert may_use(ClientKind.STAFF_CONSOLE, ["therapist"]) and not may_use(ClientKind.STAFF_CONSOLE, ["guardian"])
    assert may_use(ClientKind.PARTNER_APP, ["guardian"]) and not may_use(ClientKind.PARTNER_APP, ["administrator"])


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "unknown"),
    ],
)
def test_what_counts_as_one_network(address, network):
    assert network_of(address) == network


def test_a_known_browser_is_counted_alone():
    assert {bucket.kind for bucket in password_buckets("a", "192.0.2.7", device="d")} == {Kind.DEVICE}
    assert {bucket.kind for bucket in password_buckets("a", "192.0.2.7", device=None)} == {Kind.PAIR, Kind.NETWORK}


def test_an_answer_is_added_to_the_query_that_is_there():
    assert answer_address("https://a.test/b?c=d", {"code": "x y", "state": None}) == "https://a.test/b?c=d&code=x+y"
    assert answer_address("https://a.test/b", {"code": "x"}) == "https://a.test/b?code=x"


def test_nothing_is_missing_in_a_right_request():
    pairs = [
        ("response_type", "code"),
        ("code_challenge", "x" * 43),
        ("code_challenge_method", "S256"),
        ("scope", "a:read"),
    ]
    asked, repeated = asked_of([*pairs, ("unknown", "1")])
    assert fault_of(asked, repeated, frozenset({"a:read"})) is None
    assert fault_of(asked, repeated, frozenset()).code == "invalid_scope"


@pytest.mark.parametrize("scope", list(PartnerScope))
def test_every_scope_of_an_app_has_words(scope):
    assert scope.partition(":")[0] in THINGS and words(scope)[0].isupper()
