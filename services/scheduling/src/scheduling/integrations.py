"""Scheduling reaches nothing outside: a reminder that falls due is told, not sent."""

from shared.outbound import ports

PORTS = ports()
