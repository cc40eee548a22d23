from collections.abc import Mapping
from dataclasses import fields
from typing import TypeVar
from urllib.parse import parse_qs

from gateway.errors import TokenRefused
from gateway.rules.clients import parse_basic
from gateway.rules.requests import ClientRequest, methods_used

FORM = "application/x-www-form-urlencoded"
LONGEST = 16_384
Asked = TypeVar("Asked", bound=ClientRequest)


def read_form(kind: type[Asked], headers: Mapping[str, str], body: bytes) -> Asked:
    """The form's fields that `kind` has, and the one way in which the client signs in. Raises TokenRefused."""
    form = single_values(headers, body)
    basic = parse_basic(headers.get("authorization", ""))
    used = methods_used(basic is not None, form)
    if len(used) > 1:
        raise TokenRefused("invalid_request", "Sign in once: by header, by form or by assertion.")
    if basic:
        form |= {"client_id": basic[0], "client_secret": basic[1]}
    known = {field.name: form[field.name] for field in fields(kind) if field.name in form and field.name != "method"}
    return kind(method=used[0], **known)


def single_values(headers: Mapping[str, str], body: bytes) -> dict[str, str]:
    if headers.get("content-type", "").split(";")[0].strip().lower() != FORM or len(body) > LONGEST:
        raise TokenRefused("invalid_request", f"Send a short form as {FORM}.")
    try:
        found = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=20)
    except ValueError as error:
        raise TokenRefused("invalid_request", "The form cannot be read.") from error
    if any(len(values) > 1 for values in found.values()):
        raise TokenRefused("invalid_request", "A parameter stands twice.")
    return {name: values[0] for name, values in found.items()}
