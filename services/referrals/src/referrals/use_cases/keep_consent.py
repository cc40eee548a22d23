from shared.auth import Principal
from shared.contracts.intake import ConsentGranted
from shared.db import Transaction

from referrals.models import Consent
from referrals.rules.referrals import ConsentState
from referrals.use_cases.recheck_referrals import recheck_referrals


async def keep_consent(tx: Transaction, told: ConsentGranted, *, by: Principal) -> None:
    await tx.add(
        Consent(
            id=told.consent_id,
            client_id=told.client_id,
            type=told.type,
            state=ConsentState.ACTIVE,
            recipient_ids=[str(recipient) for recipient in told.recipient_ids],
            purposes=list(told.purposes),
            data_classes=list(told.data_classes),
            program_ids=[str(program) for program in told.program_ids],
            effective_from=told.effective_from,
            expires_at=told.expires_at,
        )
    )
    if told.effective_from > tx.now:
        await tx.start_timer("consent_date", subject=told.consent_id, due_at=told.effective_from, key="from")
    if told.expires_at is not None:
        await tx.start_timer("consent_date", subject=told.consent_id, due_at=told.expires_at, key="until")
    await tx.supply(f"consent:{told.consent_id}")
    await recheck_referrals(tx, told.client_id, by=by)
