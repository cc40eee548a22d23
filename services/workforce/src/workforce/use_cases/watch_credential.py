from shared.db import Transaction

from workforce.models import Credential
from workforce.rules.credentials import alerts, expires_at


async def watch_credential(tx: Transaction, credential: Credential) -> None:
    """Start the clocks: the alerts still to come, and the end."""
    for days, at in alerts(credential.expires_on, credential.state, tx.now):
        await tx.start_timer("credential_expiring", subject=credential.id, due_at=at, key=str(days))
    ends = expires_at(credential.expires_on, credential.state)
    await tx.start_timer("credential_expired", subject=credential.id, due_at=ends)
