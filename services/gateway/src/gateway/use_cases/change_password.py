from shared.auth import Principal
from shared.db import Transaction
from shared.errors import NotFound

from gateway import queries
from gateway.errors import CurrentPasswordWrong
from gateway.rules.throttles import Bucket, Kind
from gateway.schemas.sessions import PasswordChange
from gateway.use_cases.issue_token import Office
from gateway.use_cases.limit_attempts import forgive_attempt, limit_attempts
from gateway.use_cases.set_password import check_new_password, set_password


async def change_password(tx: Transaction, office: Office, change: PasswordChange, *, by: Principal) -> None:
    """A new password for oneself, given the current one. Every session ends, this one too."""
    buckets = (Bucket(Kind.OWN_PASSWORD, str(by.id)),)
    async with office.inside(tx.agency_id) as counting:
        await limit_attempts(counting, office.settings, buckets)
    user, credential = await queries.lock_user(tx, by.id), await queries.find_credential(tx, by.id)
    if credential is None:
        raise NotFound()
    check_new_password(change.new.get_secret_value(), user, await queries.get_agency(tx, tx.agency_id), "/new")
    if not await office.passwords.verify(credential.password_hash, change.current.get_secret_value()):
        raise CurrentPasswordWrong("Give the password that you use now.", pointer="/current")
    await forgive_attempt(tx, office.settings, buckets)
    await set_password(tx, user, await office.passwords.hash(change.new.get_secret_value()), is_anew=False)
