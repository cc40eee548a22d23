from hmac import compare_digest
from uuid import uuid5

from shared.auth import SYSTEM

from gateway.rules.claims import EVERY_CLINIC, OPERATOR_SCOPES, Holder
from gateway.rules.clients import OPERATOR
from gateway.rules.roles import Reach
from gateway.use_cases.issue_token import Office


def recognise_operator(office: Office, client_id: str, secret: str) -> Holder | None:
    """Who runs the installation: opens agencies, belongs to none and reaches nobody's records."""
    expected = office.settings.operator_secret.get_secret_value()
    if client_id != OPERATOR or not expected or not compare_digest(secret.encode(), expected.encode()):
        return None
    return Holder(uuid5(SYSTEM, OPERATOR), OPERATOR, OPERATOR_SCOPES, Reach.NONE, None, ("operator",), (EVERY_CLINIC,))
