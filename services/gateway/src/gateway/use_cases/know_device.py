import time
from hmac import compare_digest
from uuid import UUID

from gateway.models import Credential
from gateway.pages import DEVICE_SECONDS, keyed
from gateway.settings import Settings

MOST = 5


def known_device(settings: Settings, agency: UUID, credential: Credential | None, cookie: str) -> str | None:
    """The mark of this account in the browser's cookie, where we gave it one and the password is still the same."""
    if credential is None:
        return None
    marks = [mark for mark in cookie.split(".")[:MOST] if is_ours(settings, agency, credential, mark)]
    return marks[0] if marks else None


def with_device(settings: Settings, agency: UUID, credential: Credential, cookie: str) -> str:
    """The cookie with this account's mark first; the browser may be shared by a few people."""
    others = [mark for mark in cookie.split(".") if mark and not is_ours(settings, agency, credential, mark)]
    return ".".join([mark_of(settings, agency, credential, int(time.time())), *others][:MOST])


def mark_of(settings: Settings, agency: UUID, credential: Credential, issued: int) -> str:
    whose = f"{agency}|{credential.id}|{credential.password_set_at.timestamp()}|{issued}"
    return f"{issued:x}-{keyed(settings, 'device', whose).hex()}"


def is_ours(settings: Settings, agency: UUID, credential: Credential, mark: str) -> bool:
    issued, _, _ = mark.partition("-")
    try:
        at = int(issued, 16)
    except ValueError:
        return False
    return (
        compare_digest(mark_of(settings, agency, credential, at).encode(), mark.encode())
        and time.time() - at < DEVICE_SECONDS
    )
