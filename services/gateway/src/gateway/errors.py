"""Every refusal that the gateway can utter."""

from shared.errors import AppError, Invalid, NotAllowed, NotFound, Refused, TooMany, Unavailable


class SlugTaken(Refused):
    code, title = "slug-taken", "Another agency has this slug"


class AgencyIsSuspended(Refused):
    code, title = "agency-suspended", "The agency is suspended"


class AgencyNotSuspended(Refused):
    code, title = "agency-not-suspended", "The agency is not suspended"


class LastAdministrator(Refused):
    code, title = "last-administrator", "An agency keeps at least one administrator"


class UserInactive(Refused):
    code, title = "user-inactive", "The user is deactivated"


class UserActive(Refused):
    code, title = "user-active", "The user is not deactivated"


class AppIsSuspended(Refused):
    code, title = "partner-app-suspended", "The partner app is suspended"


class AppNotSuspended(Refused):
    code, title = "partner-app-not-suspended", "The partner app is not suspended"


class AppRevoked(Refused):
    code, title = "partner-app-revoked", "The partner app is revoked"


class SecretNotUsed(Refused):
    code, title = "secret-not-used", "The partner app signs in without a secret"


class RolesRefused(Invalid):
    code, title = "roles-refused", "These roles do not go together"


class ScopesRefused(Invalid):
    code, title = "scopes-refused", "A partner app cannot have this scope"


class SignInRefused(Invalid):
    code, title = "sign-in-refused", "A partner app cannot be registered to sign in so"


class NextKeyThere(Refused):
    code, title = "next-key-there", "The next key is published already"


class ActionUnknown(Invalid):
    code, title = "action-unknown", "There is no such operation"


class OthersRefused(NotAllowed):
    code, title = "not-about-others", "You may not ask about others"


class SpanRefused(Invalid):
    code, title = "span-refused", "That is no span of time of six years or less"


class ClinicUnknown(Invalid):
    code, title = "clinic-unknown", "The agency has no such clinic"


class CalendarUnknown(Invalid):
    code, title = "holiday-calendar-unknown", "No holidays are known for this country or subdivision"


class TimeRefused(Invalid):
    code, title = "time-refused", "The clock cannot be moved there"


class NotQuiet(Unavailable):
    title = "The platform did not come to rest in time"


class SigningUnavailable(Unavailable):
    title = "Tokens cannot be signed yet"


class ServiceAway(Unavailable):
    title = "The service does not answer just now"


class BetweenServicesOnly(NotAllowed):
    code, title = "between-services-only", "A service's token is not for this address"


class NoSuchPath(NotFound):
    code, title = "not-found", "No such address"


class GrantOpen(Refused):
    code, title = "break-glass-open", "The glass is broken already"


class GrantEnded(Refused):
    code, title = "break-glass-ended", "The grant has ended"


class GrantNotEnded(Refused):
    code, title = "break-glass-not-ended", "The grant cannot be reviewed now"


class OwnGrant(NotAllowed):
    code, title = "own-grant", "Nobody reviews a grant of one's own"


class SecondFactorNeeded(NotAllowed):
    code, title = "second-factor-needed", "This needs an account with a second factor"


class CodeWrong(Invalid):
    code, title = "one-time-code-wrong", "The code is not right, or it was used already"


class RedirectRefused(Invalid):
    code, title = "redirect-uri-refused", "This address cannot be registered"


class PasswordRefused(Invalid):
    code, title = "password-refused", "This password is not taken"


class CurrentPasswordWrong(Invalid):
    code, title = "current-password-wrong", "The current password is not right"


class ClientUnknown(Invalid):
    code, title = "client-unknown", "The agency has no such client"


class AccountInUse(Refused):
    code, title = "account-in-use", "The account has a password already"


class SessionEnded(Refused):
    code, title = "session-ended", "The session has ended already"


class TooOften(TooMany):
    """`seconds`: after how long another attempt is taken."""

    code, title = "too-often", "Too many attempts"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Try again in {seconds} seconds.")
        self.seconds = seconds


class PageRefused(AppError):
    """Nothing can be done here; the browser is shown why, and sent nowhere."""


class SentBack(AppError):
    """The client is told at its registered address, in the words of RFC 6749 section 4.1.2.1."""

    def __init__(self, location: str) -> None:
        super().__init__()
        self.location = location


class TokenRefused(AppError):
    """A refusal of the token endpoint, in the words of RFC 6749 section 5.2. `code` is one of its error codes."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
