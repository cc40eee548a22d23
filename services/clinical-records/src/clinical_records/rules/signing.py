"""Who may sign a clinical document, and whether the signature is enough.

Source: project convention after common US board rules: students always need a co-signature, associates by profile,
nobody signs independently without a credential valid on the day of service. Table version 2026-11-23.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

STUDENT = "practicum_student"
SUPERVISOR = "clinical_supervisor"


class Verdict(StrEnum):
    FINAL = "final"
    PENDING_COSIGN = "pending_cosign"
    UNKNOWN_SIGNER = "unknown_signer"
    NO_SUPERVISOR = "no_supervisor"
    NOT_CREDENTIALED = "not_credentialed"


@dataclass(frozen=True)
class Validity:
    """A credential's days, both included."""

    issued_on: date
    expires_on: date


@dataclass(frozen=True)
class Signer:
    """What is known of the one who signs, on the day of service."""

    is_known: bool
    can_sign_independently: bool
    needs_cosign: bool
    is_student: bool
    has_valid_credential: bool
    supervisor_id: UUID | None


@dataclass(frozen=True)
class Signing:
    """A signature that is allowed: whether it awaits a co-signature, by whom, and the signer's standing that day."""

    needs_cosign: bool
    supervisor_id: UUID | None
    standing: Mapping[str, Any]


def decide(signer: Signer) -> Verdict:
    """Final, waiting for the co-signature, or why not at all."""
    if not signer.is_known and not signer.is_student:
        return Verdict.UNKNOWN_SIGNER
    if signer.needs_cosign or signer.is_student:
        return Verdict.PENDING_COSIGN if signer.supervisor_id else Verdict.NO_SUPERVISOR
    if not (signer.can_sign_independently and signer.has_valid_credential):
        return Verdict.NOT_CREDENTIALED
    return Verdict.FINAL


def is_valid_on(credentials: tuple[Validity, ...], on: date) -> bool:
    """Some credential holds on that day. With none told yet, the profile alone speaks."""
    return not credentials or any(c.issued_on <= on <= c.expires_on for c in credentials)


def refusal_to_cosign(author_id: UUID, supervisor_id: UUID | None, by: UUID) -> str | None:
    """Why this person may not co-sign or return it."""
    if by == author_id:
        return "An author never co-signs what he wrote."
    return None if by == supervisor_id else "Only the supervisor assigned on the day of service may do this."


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON: sorted keys, no spaces."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":"), default=str).encode()).hexdigest()


def link_hash(previous: str, number: int, kind: str, content: str) -> str:
    """A chart's chain: each link holds the one before it."""
    return hashlib.sha256(f"{previous}|{number}|{kind}|{content}".encode()).hexdigest()
