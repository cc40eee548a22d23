from uuid import UUID

from shared.auth import Principal
from shared.contracts.intake import ConsentGranted, NppAcknowledged
from shared.db import Transaction
from shared.errors import Invalid

from intake import queries
from intake.errors import ConsentIncomplete, ConsentNotOpen
from intake.models import Consent
from intake.rules.consent_elements import validate
from intake.rules.consents import NEXT, ConsentStatus, ConsentType
from intake.schemas.consents import ConsentSignature
from intake.use_cases.check_consent import put_signature, text_of
from intake.use_cases.find_calendar import find_calendar
from intake.use_cases.supersede_consent import supersede_consent


async def sign_consent(tx: Transaction, consent_id: UUID, *, signature: ConsentSignature, by: Principal) -> Consent:
    consent = await queries.lock_consent(tx, consent_id)
    if ConsentStatus.ACTIVE not in NEXT[consent.status]:
        raise ConsentNotOpen(f"The consent is {consent.status}; only a draft is signed.")
    put_signature(consent, signature.model_copy(update={"signed_at": signature.signed_at or tx.now}))
    await refuse_incomplete(tx, consent)
    if consent.supersedes_id is not None:
        await supersede_consent(tx, consent.supersedes_id, newer=consent, by=by)
    consent.status, consent.collected_by = ConsentStatus.ACTIVE, by.id
    await tx.save(consent)
    if consent.expires_at is not None:
        await tx.start_timer("consent_expiry", subject=consent.id, due_at=consent.expires_at)
    tx.audit("consent.sign", subject=consent.client_id, resource=consent.id, consent_id=consent.id, by=by)
    tell_granted(tx, consent)
    return consent


async def refuse_incomplete(tx: Transaction, consent: Consent) -> None:
    if consent.signed_at is None or consent.signed_at > tx.now:
        raise Invalid("A signature lies in the past.", pointer="/signed_at")
    if consent.expires_at is not None and consent.expires_at <= tx.now:
        raise Invalid("It would have expired already.", pointer="/expires_at")
    verdict = validate(text_of(consent, (await find_calendar(tx, is_needed=False)).zone))
    consent.rule_version = verdict.rule_version
    if not verdict.is_valid:
        found = [{"pointer": finding.pointer, "detail": finding.detail} for finding in verdict.missing]
        raise ConsentIncomplete(
            f"By {verdict.rule_version} something is missing.",
            errors=found,
            missing=[finding.key for finding in verdict.missing],
        )


def tell_granted(tx: Transaction, consent: Consent) -> None:
    scope = consent.scope
    tx.publish(
        ConsentGranted(
            consent_id=consent.id,
            client_id=consent.client_id,
            type=consent.type,
            discloser=consent.discloser,
            recipient_ids=tuple(UUID(one["id"]) for one in consent.recipients if one.get("id")),
            purposes=tuple(consent.purposes),
            data_classes=tuple(scope.get("data_classes") or ()),
            program_ids=tuple(UUID(one) for one in scope.get("program_ids") or ()),
            effective_from=consent.effective_from or tx.now,
            expires_at=consent.expires_at,
            recipient_kinds=tuple(one["kind"] for one in consent.recipients if one.get("kind") and not one.get("id")),
            records_from=scope.get("from_on"),
            records_until=scope.get("to_on"),
            expires_event=consent.expires_event,
        )
    )
    if consent.type is ConsentType.NPP_ACKNOWLEDGEMENT:
        tx.publish(
            NppAcknowledged(
                consent_id=consent.id, client_id=consent.client_id, form_version=consent.form_version, is_refused=False
            )
        )
