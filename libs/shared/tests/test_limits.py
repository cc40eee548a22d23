"""What is too large is refused in one line; what goes out carries what a browser needs to be told."""

import pytest
from shared.errors import Malformed
from shared.limits import MAX_DEPTH, MAX_VALUES, json_of
from shared.rates import Buckets, Quota, fields, wait

MINUTE = Quota("person", 60, 60)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
        b'{"a":' * 100_000,
        b"[" + b"0," * MAX_VALUES + b"0]",
        b"[[]" + b"[]" * MAX_VALUES,
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b"NaN",
        b'{"a": -Infinity}',
        b'{"a": 1e400}',
        b'{"a": ' + b"9" * 100_000 + b"}",
        b"\xef\xbb\xbf{}",
        '{"a": 1}'.encode("utf-16"),
        b'{"a": "\xff"}',
        b'"' + b'\\"' * 400_000,
        b"",
    ],
)
def test_what_is_no_json_of_ours_is_refused(body):
    with pytest.raises(Malformed):
        json_of(body)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, None),
        (b'{"a": "' + b"[" * 500 + b'"}', {"a": "[" * 500}),
        (b'{"a": "\\"' + b"{," * 20_000 + b'"}', {"a": '"' + "{," * 20_000}),
        (b'{"a": 1.5e10, "b": [-1, true, null]}', {"a": 1.5e10, "b": [-1, True, None]}),
    ],
)
def test_brackets_and_commas_in_a_text_do_not_count(body, value):
    assert value is None or json_of(body) == value


def test_a_bucket_empties_and_fills_evenly():
    buckets = Buckets()
    assert [buckets.take([(MINUTE, "a")], 0.0)[0] for _ in range(61)] == [True] * 60 + [False]
    assert buckets.take([(MINUTE, "b")], 0.0)[0]
    went_on, standings = buckets.take([(MINUTE, "a")], 0.5)
    assert not went_on and wait(standings) == 1
    assert buckets.take([(MINUTE, "a")], 1.0)[0]
    assert not buckets.take([(MINUTE, "a")], 1.0)[0]


def test_who_is_refused_by_one_quota_is_charged_to_none():
    buckets, small = Buckets(), Quota("app", 1, 60)
    assert buckets.take([(small, "a"), (MINUTE, "a")], 0.0)[0]
    for _ in range(100):
        assert not buckets.take([(small, "a"), (MINUTE, "a")], 0.0)[0]
    assert buckets.take([(MINUTE, "a")], 0.0)[1][0].left == 58


def test_each_replica_takes_its_share():
    buckets = Buckets(share=1 / 3)
    assert sum(buckets.take([(MINUTE, "a")], 0.0)[0] for _ in range(60)) == 20


def test_the_fields_tell_of_every_quota():
    _, standings = Buckets().take([(MINUTE, "a"), (Quota("agency", 9, 3), "x")], 0.0)
    assert fields(standings) == [
        (b"ratelimit-policy", b'"person";q=60;w=60, "agency";q=9;w=3'),
        (b"ratelimit", b'"person";r=59;t=1, "agency";r=8;t=1'),
    ]


def test_buckets_are_forgotten_before_they_are_too_many():
    buckets = Buckets()
    for number in range(60_000):
        buckets.take([(MINUTE, str(number))], float(number))
    assert len(buckets.levels) <= 50_001


@pytest.mark.parametrize("text", ["", "60", "0/60", "60/0", "-1/60", "60/60/60"])
def test_a_quota_of_another_form_does_not_start(text):
    with pytest.raises(ValueError, match="REQUESTS/SECONDS"):
        Quota.of("person", text)


async def test_every_answer_carries_what_a_browser_is_told(http, bearer):
    for path in ("/v1/loaves", "/v1/unknown", "/health/live", "/openapi.json"):
        answer = await http.get(path, headers=bearer("loaves:read"))
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert {"permissions-policy", "cross-origin-opener-policy", "cross-origin-resource-policy"} <= {*answer.headers}
        assert "strict-transport-security" not in answer.headers  # the sandbox has no TLS


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/loaves?kind=" + "x" * 9000, {}, 414),
        ("/v1/loaves", {"X-Long": "x" * 40_000}, 431),
        ("/v1/loaves", {f"X-{number}": "1" for number in range(120)}, 431),
    ],
)
async def test_an_address_or_headers_too_large_are_a_problem_of_their_own(http, bearer, path, headers, status):
    answer = await http.get(path, headers={**bearer("loaves:read"), **headers})
    assert answer.status_code == status and answer.json()["status"] == status
    assert answer.headers["content-type"] == "application/problem+json" and answer.headers["x-request-id"]


async def test_no_link_is_made_of_the_host_that_a_request_names(http, bearer):
    answer = await http.get("/v1/loaves/", headers={**bearer("loaves:read"), "Host": "evil.test"})
    assert answer.status_code == 404 and "evil" not in f"{answer.headers} {answer.text}"
