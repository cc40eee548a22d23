"""A consent's row as the rule sees it."""

from datetime import date, tzinfo
from typing import Any

from intake.models import Consent
from intake.rules.consent_elements import ConsentText
from intake.rules.consents import ExpiryEvent
from intake.schemas.consents import ConsentContent, ConsentSignature


def content_of(new: ConsentContent) -> dict[str, Any]:
    """What the form says, as columns."""
    plain = new.model_dump(include={"form_version", "form_hash", "language", "discloser", "is_at_request_of_client"})
    return {
        **plain,
        "type": new.type,
        "expires_at": new.expires_at,
        "expires_event": new.expires_event,
        "scope": new.scope.model_dump(mode="json"),
        "statements": list(new.statements),
        "recipients": [recipient.model_dump(mode="json") for recipient in new.recipients],
        "purposes": [str(purpose) for purpose in new.purposes],
    }


def put_signature(consent: Consent, signature: ConsentSignature) -> None:
    signer = signature.signer
    consent.signer_role, consent.signer_name, consent.signer_authority = signer.role, signer.name, signer.authority
    consent.method, consent.witness_name = signature.method, signature.witness
    consent.signed_at = signature.signed_at
    consent.effective_from = signature.effective_from or signature.signed_at


def text_of(consent: Consent, zone: tzinfo, *, has_patient_name: bool = True) -> ConsentText:
    """The days of a consent are days of the agency (decision 17)."""
    scope, people = consent.scope, consent.recipients
    return ConsentText(
        type=consent.type,
        has_patient_name=has_patient_name,
        form_version=consent.form_version,
        form_hash=consent.form_hash,
        language=consent.language,
        discloser=consent.discloser,
        information_description=scope.get("information_description") or "",
        data_classes=frozenset(scope.get("data_classes") or ()),
        purposes=frozenset(consent.purposes),
        has_recipients=any(one.get("id") or one.get("kind") or one.get("name") for one in people),
        has_intermediary_members=any(one.get("members") or one.get("kind") == "treating_provider" for one in people),
        is_at_request_of_client=consent.is_at_request_of_client,
        statements=frozenset(consent.statements),
        expires_on=day_of(consent.expires_at, zone),
        expires_event=expiry_of(consent),
        signer=consent.signer_role,
        has_authority=bool(consent.signer_authority),
        method=consent.method,
        has_witness=bool(consent.witness_name),
        signed_on=day_of(consent.signed_at, zone),
    )


def day_of(at: Any, zone: tzinfo) -> date | None:
    found: date | None = at.astimezone(zone).date() if at is not None else None
    return found


def expiry_of(consent: Consent) -> ExpiryEvent | None:
    return consent.expires_event
