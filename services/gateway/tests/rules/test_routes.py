import pytest
from gateway.rules.routes import OWNERS, SERVICE_OF, carried, returned, service_of


def test_no_noun_has_two_owners():
    assert len(SERVICE_OF) == sum(len(nouns) for nouns in OWNERS.values())


@pytest.mark.parametrize(("noun", "service"), SERVICE_OF.items())
def test_every_noun_reaches_its_owner(noun, service):
    assert service_of(f"/v1/{noun}") == service_of(f"/v1/{noun}/0/signature") == service


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "/v1",
        "/v1/",
        "/v2/clients",
        "/internal/clock",
        "/v1/internal/clock",
        "/v1/unknown",
        "/v1/programs",
        "/v1/payers",
        "/v1/admin",
        "/v1/admin/",
        "/v1/admin/unknown",
        "/v1/admin/clients",
        "/v1/admin/../admin/programs",
        "/v1/me",
        "/v1/me/",
        "/v1/me/sessions",
        "/v1/me/notes",
        "/v1/me/../clients",
        "/v1/Clients",
        "//v1/clients",
        "/v1//clients",
        "/v1/clients/../../internal/clock",
        "/v1/clients/%2e%2e/%2e%2e/internal/clock",
        "/v1/clients/..%2f..%2finternal",
        "/v1/clients/./x",
        "/v1/clients\\..\\internal",
        "/health/live",
        "/metrics",
        "/v1/clients/\x00",
    ],
)
def test_what_nobody_owns_goes_nowhere(path):
    assert service_of(path) is None


def test_no_header_can_say_who_calls():
    sent = [
        (b"X-User", b"1"),
        (b"X-Agency-Id", b"2"),
        (b"X-Forwarded-For", b"3"),
        (b"Cookie", b"4"),
        (b"Connection", b"close"),
        (b"Authorization", b"Bearer t"),
        (b"If-Match", b'"1"'),
        (b"TE", b"trailers"),
    ]
    assert carried(sent) == [(b"authorization", b"Bearer t"), (b"if-match", b'"1"')]


def test_a_header_sent_twice_is_not_carried():
    assert carried([(b"Authorization", b"Bearer a"), (b"authorization", b"Bearer b"), (b"accept", b"*/*")]) == [
        (b"accept", b"*/*")
    ]


def test_what_belongs_to_the_connection_does_not_return():
    back = [
        (b"Connection", b"X-Hop, close"),
        (b"X-Hop", b"1"),
        (b"Transfer-Encoding", b"chunked"),
        (b"ETag", b'"1"'),
        (b"Link", b"a"),
        (b"Link", b"b"),
    ]
    assert returned(back) == [(b"etag", b'"1"'), (b"link", b"a"), (b"link", b"b")]
