"""One-time codes of an authenticator app. Source: RFC 6238 sections 4 and 5.2, RFC 4226. Version 2026-11-23."""

import re
from hmac import compare_digest

import pyotp

PERIOD = 30
DRIFT = (0, -1, 1)
"""One step to each side: a phone's clock is off, or the person types slowly."""
CODE = re.compile(r"[0-9]{6}")


def matching_step(secret: str, code: str, *, at: float, after: int) -> int | None:
    """The time step whose code this is, where it is later than the last one used: a code counts once."""
    now = int(at) // PERIOD
    generator = pyotp.HOTP(secret)
    if not CODE.fullmatch(code):
        return None
    found = [now + drift for drift in DRIFT if compare_digest(generator.at(now + drift), code)]
    return next((step for step in found if step > after), None)


def address_of(secret: str, *, username: str, agency: str) -> str:
    """What an authenticator app reads from the QR code."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=agency))
