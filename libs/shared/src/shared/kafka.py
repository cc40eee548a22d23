"""How the broker is reached: one answer for every client of the services."""

from typing import Any

from aiokafka.helpers import create_ssl_context

from shared.settings import ServiceSettings


def kafka_options(settings: ServiceSettings) -> dict[str, Any]:
    """Address, TLS and credentials, as aiokafka's producer, consumer and admin client take them."""
    protocol = settings.kafka_security_protocol
    options: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap_servers,
        "security_protocol": protocol,
    }
    if protocol.endswith("SSL"):
        options["ssl_context"] = create_ssl_context(cafile=settings.kafka_ca_file or None)
    if protocol.startswith("SASL"):
        options |= {
            "sasl_mechanism": settings.kafka_sasl_mechanism,
            "sasl_plain_username": settings.kafka_sasl_username,
            "sasl_plain_password": settings.kafka_sasl_password.get_secret_value(),
        }
    return options
