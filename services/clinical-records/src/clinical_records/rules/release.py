"""Which documents are done, so that they may leave at all. Source: domain specification 7.1 (client_portal), 2026-11.

A draft, what awaits a second signature and what was entered in error stay inside.
"""

from typing import Protocol

RELEASED = frozenset({"final", "amended", "active", "closed"})


class HasStatus(Protocol):
    @property
    def status(self) -> str: ...


def is_released(status: str) -> bool:
    return status in RELEASED


class Document:
    """A row or answer with a status; `is_final` goes into the question whether it may leave."""

    @property
    def is_final(self: HasStatus) -> bool:
        return is_released(self.status)
