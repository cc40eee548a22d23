from shared.clock import real_now
from shared.db import Transaction

from gateway import queries
from gateway.errors import PasswordRefused
from gateway.models import Agency, Credential, UserAccount
from gateway.rules.passwords import refused
from gateway.rules.sessions import EndReason
from gateway.use_cases.end_session import end_sessions


def check_new_password(password: str, user: UserAccount, agency: Agency, pointer: str = "/password") -> None:
    """Raises PasswordRefused with the reason."""
    reason = refused(password, username=user.username, agency=(agency.slug, *agency.name.split()))
    if reason:
        raise PasswordRefused(reason, pointer=pointer)


async def set_password(tx: Transaction, user: UserAccount, password_hash: str, *, is_anew: bool) -> Credential:
    """Keep the hash and end every session of before. `is_anew`: the authenticator and its recovery codes end too."""
    kept = await queries.lock_credential(tx, user.id)
    credential = kept or Credential(id=user.id, password_hash=password_hash, password_set_at=real_now())
    credential.password_hash, credential.password_set_at = password_hash, real_now()
    if is_anew:
        credential.totp_key_id, credential.totp_sealed, credential.totp_step = None, None, 0
        await queries.void_recovery_codes(tx, user.id, real_now())
    await (tx.save(credential) if kept else tx.add(credential))
    await end_sessions(tx, user.id, EndReason.PASSWORD_CHANGED)
    tx.audit("password.set", resource=user.id, by=tx.by)
    return credential
