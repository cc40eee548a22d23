"""What intake refuses, said plainly."""

from shared.errors import Invalid, Refused, Unavailable


class InquiryNotOpen(Refused):
    code, title = "inquiry-not-open", "The inquiry is not in a state that allows this"


class DispositionMissing(Refused):
    code, title = "disposition-missing", "An emergent inquiry closes only with a disposition"


class ClientDuplicateSuspected(Refused):
    code, title = "client-duplicate-suspected", "The same person may be registered already"


class ConsentNotOpen(Refused):
    code, title = "consent-not-open", "The consent is not in a state that allows this"


class ConsentIncomplete(Invalid):
    code, title = "consent-incomplete", "The consent lacks what its kind must have"


class NotSupersedable(Invalid):
    code, title = "not-supersedable", "Only an active consent of the same client and kind is superseded"


class RevocationNotSo(Invalid):
    code, title = "revocation-not-so", "This consent is not revoked like that"


class ConsentMissing(Refused):
    code, title = "consent-missing", "An active consent to treatment is needed"


class EpisodeNotOpen(Refused):
    code, title = "episode-not-open", "The episode is not in a state that allows this"


class EpisodeAlreadyOpen(Refused):
    code, title = "episode-already-open", "The client is already in this program"


class ClientNotServed(Refused):
    code, title = "client-not-served", "The client's record takes no new entries"


class ProgramInactive(Refused):
    code, title = "program-inactive", "The program takes no one"


class ClinicClosed(Refused):
    code, title = "clinic-closed", "The clinic is closed"


class ProgramCodeTaken(Refused):
    code, title = "program-code-taken", "Another program of the clinic has this code"


class RestrictionWithdrawn(Refused):
    code, title = "restriction-withdrawn", "The restriction is withdrawn already"


class CustodyNotSo(Invalid):
    code, title = "custody-not-so", "Custody is said of a minor's parent or guardian, and of nobody else"


class GuardianshipEnded(Refused):
    code, title = "guardianship-ended", "It has ended already"


class NotYoursToSign(Refused):
    code, title = "not-yours-to-sign", "This is not yours to sign"


class HoldReleased(Refused):
    code, title = "hold-released", "The legal hold is released already"


class UnderLegalHold(Refused):
    code, title = "legal-hold", "A legal hold stands: nothing of this is destroyed"


class KeyDestroyedAlready(Refused):
    code, title = "key-destroyed", "The client's key is destroyed already"


class CalendarUnknown(Unavailable):
    code, title = "calendar-unknown", "The agency's calendar is not known here yet: try again"
