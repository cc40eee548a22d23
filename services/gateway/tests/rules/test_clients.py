import base64
from uuid import UUID

import pytest
from gateway.rules.clients import AppId, agency_id_of, app_client_id, parse_app, parse_basic, parse_service

ONE, TWO = UUID(int=1), UUID(int=2)


def basic(text):
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_an_apps_id_names_its_agency():
    assert parse_app(app_client_id(ONE, TWO)) == AppId(ONE, TWO)


@pytest.mark.parametrize(
    "text", ["", "app:", "app:x.y", f"app:{ONE}", f"service:{ONE}.{TWO}", f"{ONE}.{TWO}", "operator", "app:.."]
)
def test_what_is_no_apps_id_is_none(text):
    assert parse_app(text) is None


def test_a_service_is_named():
    assert parse_service("service:intake") == "intake"
    assert parse_service("service:") is None
    assert parse_service("app:intake") is None


def test_the_slug_decides_the_id():
    assert agency_id_of("riverbend") == agency_id_of("riverbend") != agency_id_of("riverbend2")


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (basic("app:1.2:secret"), ("app:1.2", "secret")),
        (basic("app%3A1.2:secret"), ("app:1.2", "secret")),
        (basic("operator:s"), ("operator", "s")),
        ("Basic !!", None),
        ("Bearer x", None),
        ("", None),
        ("Basic /w==", None),
    ],
)
def test_the_last_colon_divides_id_and_secret(header, found):
    assert parse_basic(header) == found
