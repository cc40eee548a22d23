"""Which passwords are taken. Source: NIST SP 800-63B-4 section 3.1.1.2 (length, context, no composition rules).

Version 2026-11-23.
"""

SHORTEST = 12
LONGEST = 128


def refused(password: str, *, username: str, agency: tuple[str, ...]) -> str | None:
    """Why this password is not taken; None when it is. `agency`: its slug and the words of its name."""
    plain = password.casefold()
    if not SHORTEST <= len(password) <= LONGEST:
        return f"Use {SHORTEST} to {LONGEST} characters."
    if len(set(plain)) < 5:
        return "Use more than a few different characters."
    if any(len(word) > 3 and word.casefold() in plain for word in (username, *agency)):
        return "Leave out your user name and the name of the agency."
    return None
