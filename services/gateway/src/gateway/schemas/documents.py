"""The health of all services."""

from shared.schemas import Out


class ServiceHealth(Out):
    ready: bool
    detail: str


class ServicesHealth(Out):
    ready: bool
    services: dict[str, ServiceHealth]
