from collections.abc import Mapping
from dataclasses import fields
from urllib.parse import parse_qs

from gateway.errors import TokenRefused
from gateway.rules.clients import parse_basic
from gateway.use_cases.grant_token import TokenRequest

FORM = "application/x-www-form-urlencoded"
LONGEST = 8192


def read_token_request(headers: Mapping[str, str], body: bytes) -> TokenRequest:
    """The form, with the client's id and secret from the form or from HTTP Basic, never from both."""
    if headers.get("content-type", "").split(";")[0].strip().lower() != FORM or len(body) > LONGEST:
        raise TokenRefused("invalid_request", f"Send a short form as {FORM}.")
    try:
        found = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=20)
    except ValueError as error:
        raise TokenRefused("invalid_request", "The form cannot be read.") from error
    if any(len(values) > 1 for values in found.values()):
        raise TokenRefused("invalid_request", "A parameter stands twice.")
    form = {field.name: found[field.name][0] for field in fields(TokenRequest) if field.name in found}
    basic = parse_basic(headers.get("authorization", ""))
    if basic and "client_secret" in form:
        raise TokenRefused("invalid_request", "Send the secret once: as a header or in the form.")
    if basic:
        form |= {"client_id": basic[0], "client_secret": basic[1]}
    return TokenRequest(**{"grant_type": "", "client_id": "", "client_secret": "", **form})
