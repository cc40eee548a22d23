from pydantic import SecretStr
from shared.auth import Principal
from shared.db import Transaction

from gateway import queries
from gateway.errors import CodeWrong, SecondFactorNeeded
from gateway.rules.throttles import code_buckets
from gateway.use_cases.check_second_factor import is_right
from gateway.use_cases.issue_token import Office
from gateway.use_cases.limit_attempts import forgive_attempt, limit_attempts


async def show_second_factor_again(tx: Transaction, office: Office, code: SecretStr | None, *, by: Principal) -> None:
    """For an act that a stolen token must not do. Who never signed in, as the sandbox's people, has none to show."""
    credential = await queries.find_credential(tx, by.id)
    if credential is None and office.settings.sandbox:
        return
    if credential is None or not credential.has_totp:
        raise SecondFactorNeeded("Set up an authenticator for your account, and sign in with it.")
    buckets = code_buckets(str(by.id), device=None)
    async with office.inside(tx.agency_id) as counting:
        await limit_attempts(counting, office.settings, buckets)
    if code is None or not await is_right(tx, credential, code.get_secret_value()):
        raise CodeWrong("Give the code that your authenticator shows now.", pointer="/one_time_code")
    await forgive_attempt(tx, office.settings, buckets)
