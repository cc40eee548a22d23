import httpx
import pytest
from trellis.api import Gateway, Problem
from trellis.problems import Trouble


def gateway(answer: object) -> Gateway:
    return Gateway("http://gateway.example", httpx.Client(transport=httpx.MockTransport(answer)))  # type: ignore[arg-type]


def test_a_problem_is_one_line_that_says_what_to_do() -> None:
    body = {
        "type": "/problems/invalid",
        "title": "Invalid",
        "detail": "The content is refused.",
        "errors": [{"pointer": "/level", "detail": "unknown"}],
    }
    with pytest.raises(Problem) as refused:
        gateway(lambda request: httpx.Response(422, json=body)).take("POST", "/v1/inquiries")
    assert str(refused.value) == (
        "POST /v1/inquiries → 422 invalid: The content is refused. [/level: unknown] Mend the field that the pointer names."
    )


def test_a_token_is_fetched_once_and_each_post_has_its_own_key() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(201, json={"access_token": "t"} if "tokens" in request.url.path else {"id": "1"})

    caller = gateway(answer).person("alder", "therapist")
    caller.post("/v1/plans", {})
    caller.post("/v1/plans", {})
    keys = [request.headers["idempotency-key"] for request in seen if request.url.path == "/v1/plans"]
    assert [request.url.path for request in seen].count("/v1/sandbox/tokens") == 1
    assert len(set(keys)) == 2


def test_no_platform_is_said_in_one_line() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(Trouble, match=r"No platform answers at .*make run"):
        gateway(answer).people()


def test_what_should_be_refused_and_is_taken_is_said() -> None:
    caller = gateway(lambda request: httpx.Response(201, json={"access_token": "t"})).person("alder", "therapist")
    with pytest.raises(Trouble, match="should have been refused"):
        caller.refused("/v1/clients", {})
