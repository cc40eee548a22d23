"""The kinds of refusal. A service's `errors.py` derives from them with `code` and `title`; nothing of HTTP."""


class AppError(Exception):
    """Something that the caller is told. No person's data in `detail`; `pointer` is a JSON pointer into the body."""

    code = "error"
    title = "The request was refused"

    def __init__(self, detail: str = "", *, pointer: str | None = None, **extra: object) -> None:
        super().__init__(detail or self.title)
        self.detail, self.pointer, self.extra = detail or self.title, pointer, extra


class Malformed(AppError):
    code, title = "malformed", "The request cannot be read"


class NotSignedIn(AppError):
    code, title = "not-signed-in", "A valid access token is needed"


class NotFound(AppError):
    code, title = "not-found", "No such thing, or not for you"


class NotAllowed(AppError):
    code, title = "not-allowed", "You may not do this"


class Refused(AppError):
    code, title = "refused", "The rules say no, now"


class Invalid(AppError):
    code, title = "invalid", "The content is refused"


class Stale(AppError):
    code, title = "stale", "It has changed since you read it"


class VersionMissing(AppError):
    code, title = "version-missing", "Send If-Match with the ETag that you read"


class TooMany(AppError):
    code, title = "too-many", "Too many requests"


class Unavailable(AppError):
    code, title = "unavailable", "Not reachable just now: try again"


class Destroyed(AppError):
    """Sealed under a key that was destroyed: it is lost for everybody and for good."""

    code, title = "destroyed", "Its key was destroyed: nobody can read it any more"


class InFlight(Refused):
    code, title = "request-in-flight", "The same request is still running"


class KeyReused(Invalid):
    code, title = "idempotency-key-reused", "This Idempotency-Key was used for another request"


class KeyMissing(Malformed):
    code, title = "idempotency-key-missing", "This request needs an Idempotency-Key"


class UnknownFilter(Malformed):
    code, title = "unknown-filter", "This list has no such filter"


class ScopeMissing(NotAllowed):
    code, title = "scope-missing", "The token lacks the scope that this needs"


class PurposeNotGranted(NotAllowed):
    code, title = "purpose-not-granted", "This purpose of use was not granted"


class GlassReadsOnly(NotAllowed):
    code, title = "break-glass-reads-only", "Break-glass reads a client's record and nothing else"


class DisclosureDenied(NotAllowed):
    """The reason is the same for every denial: another would tell what there is to hide."""

    code, title = "disclosure-denied", "This may not be disclosed to you"

    def __init__(self) -> None:
        super().__init__("No consent or other ground lets it be disclosed to you for this purpose.", reason="no-ground")


class NotNamed(Malformed):
    code, title = "client-not-named", "Name the client: client_id=… (this list is given of one client at a time)"


class Early(AppError):
    """An event came before what it rests on. `name` says what is missing, e.g. `client:<id>` (decision 13)."""

    code = "early"

    def __init__(self, name: str) -> None:
        super().__init__(f"Waits for {name}")
        self.name = name


class WrongMediaType(AppError):
    code, title = "wrong-media-type", "Send application/json"
