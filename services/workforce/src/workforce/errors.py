"""Every refusal that workforce can utter."""

from shared.errors import Invalid, NotAllowed, Refused


class DatesReversed(Invalid):
    code, title = "dates-reversed", "The end lies before the beginning"


class NotLonger(Invalid):
    code, title = "renewal-not-longer", "A renewal must last longer than what it renews"


class OwnSupervisor(Invalid):
    code, title = "own-supervisor", "Nobody supervises themselves"


class DayAhead(Invalid):
    code, title = "day-ahead", "The day has not come yet"


class OwnCredential(NotAllowed):
    code, title = "own-credential", "Nobody verifies their own credential"


class CredentialNotPending(Refused):
    code, title = "credential-not-pending", "The credential does not wait for verification"


class CredentialOver(Refused):
    code, title = "credential-over", "The credential has already expired"


class CredentialNotRenewable(Refused):
    code, title = "credential-not-renewable", "The credential cannot be renewed now"


class SupervisorNotIndependent(Refused):
    code, title = "supervisor-not-independent", "The supervisor may not practise independently"


class AssignmentOver(Refused):
    code, title = "assignment-over", "The supervision has ended"


class OutsideAssignment(Refused):
    code, title = "outside-assignment", "There was no supervision on that day"


class SessionSigned(Refused):
    code, title = "session-signed", "You have signed this session"


class TaskNotOpen(Refused):
    code, title = "task-not-open", "The task is closed"
