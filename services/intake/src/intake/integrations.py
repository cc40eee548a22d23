"""Intake sends nothing to the outside world by itself."""

from shared.outbound import ports

PORTS = ports()
