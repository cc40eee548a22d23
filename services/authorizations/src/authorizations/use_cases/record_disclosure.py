from shared.contracts.authorizations import DisclosureMade
from shared.db import Transaction

from authorizations.models import AuthorizationRequest

SENT = ("demographics", "diagnosis", "billing")


def record_disclosure(tx: Transaction, request: AuthorizationRequest) -> None:
    """For intake's accounting: what went to the payer, why, and on whose consent."""
    tx.publish(
        DisclosureMade(
            disclosure_id=tx.new_id("disclosure"),
            client_id=request.client_id,
            recipient_id=request.payer_id,
            purpose="HPAYMT",
            data_classes=SENT,
            consent_id=request.consent_id,
            at=tx.now,
        )
    )
