"""What scheduling refuses, each with its code."""

from shared.errors import NotAllowed, Refused


class ClinicNotOpen(Refused):
    code, title = "clinic-not-open", "The clinic takes no appointments"


class EpisodeNotOpen(Refused):
    code, title = "episode-not-open", "The episode is not open"


class GateClosed(Refused):
    code, title = "gate-closed", "The agency's rules stop this booking"


class StateForbids(Refused):
    code, title = "appointment-state", "The appointment's state does not allow this"


class SessionNotOver(Refused):
    code, title = "session-not-over", "The session has not ended"


class GraceNotOver(Refused):
    code, title = "grace-not-over", "Too early for a no-show"


class NotYourCalendar(NotAllowed):
    code, title = "not-your-calendar", "This calendar is not yours"


class ClinicNotYours(NotAllowed):
    code, title = "clinic-not-yours", "This clinic is not one of yours"


class WithoutClient(Refused):
    code, title = "without-client", "Supervision and meetings take no attendance"


class NotYours(NotAllowed):
    code, title = "not-yours-to-cancel", "You cannot cancel for this party"
