"""How a service is told to reach the broker, and what it refuses to start with."""

import ssl

import pytest
from pydantic import ValidationError
from shared.kafka import kafka_options
from shared.settings import ServiceSettings


def told(monkeypatch, **names):
    for name, value in {"TRELLIS_SANDBOX": "true", "KAFKA_BOOTSTRAP_SERVERS": "kafka:9092", **names}.items():
        monkeypatch.setenv(name, value)
    return ServiceSettings()


def test_without_being_told_otherwise_the_broker_is_reached_in_plain_text(monkeypatch):
    options = kafka_options(told(monkeypatch))
    assert options == {"bootstrap_servers": "kafka:9092", "security_protocol": "PLAINTEXT"}


def test_over_tls_the_brokers_name_is_checked_and_we_say_who_we_are(monkeypatch):
    names = {"KAFKA_SASL_USERNAME": "bakery", "KAFKA_SASL_PASSWORD": "crumbs"}
    options = kafka_options(told(monkeypatch, KAFKA_SECURITY_PROTOCOL="SASL_SSL", **names))
    assert options["sasl_mechanism"] == "SCRAM-SHA-512"
    assert (options["sasl_plain_username"], options["sasl_plain_password"]) == ("bakery", "crumbs")
    assert options["ssl_context"].check_hostname
    assert options["ssl_context"].verify_mode is ssl.CERT_REQUIRED


def test_sasl_without_a_password_does_not_start(monkeypatch):
    with pytest.raises(ValidationError, match="KAFKA_SASL_PASSWORD"):
        told(monkeypatch, KAFKA_SECURITY_PROTOCOL="SASL_SSL", KAFKA_SASL_USERNAME="bakery")


def test_a_password_never_travels_without_tls(monkeypatch):
    with pytest.raises(ValidationError, match="KAFKA_SECURITY_PROTOCOL"):
        told(monkeypatch, KAFKA_SECURITY_PROTOCOL="SASL_PLAINTEXT")


@pytest.mark.parametrize(("text", "many"), [("", 0), ("10.1.0.0/16,fd00::/8", 2)])
def test_private_networks_stand_between_commas_and_an_empty_variable_names_none(monkeypatch, text, many):
    assert len(told(monkeypatch, TRELLIS_OUTWARD_NETWORKS=text).outward_networks) == many
