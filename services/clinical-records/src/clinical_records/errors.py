"""What this service refuses, each by a code."""

from shared.errors import Invalid, NotAllowed, Refused


class MeasureNotOpen(Refused):
    code = "measure-not-open"
    title = "The measure takes no answers"


class AnswersRefused(Invalid):
    code = "answers-refused"
    title = "The answers do not fit the instrument"


class RiskNotOpen(Refused):
    code = "risk-assessment-not-open"
    title = "The risk assessment is complete"


class LevelRefused(Invalid):
    code = "risk-level-refused"
    title = "This level may not be chosen"


class NotEditable(Refused):
    code = "not-editable"
    title = "It can no longer be edited"


class NotAuthor(NotAllowed):
    code = "not-author"
    title = "Only its author may do this"


class NotSignable(Refused):
    code = "not-signable"
    title = "It cannot be signed in this state"


class NotCosignable(Refused):
    code = "not-cosignable"
    title = "It awaits no co-signature"


class WrongSupervisor(NotAllowed):
    code = "wrong-supervisor"
    title = "Only the assigned supervisor may do this"


class SignerUnknown(Refused):
    code = "signer-unknown"
    title = "No clinician profile is known for the one who signs"


class SupervisorMissing(Refused):
    code = "supervisor-missing"
    title = "No supervisor was assigned on the day of service"


class CredentialMissing(Refused):
    code = "credential-missing"
    title = "No credential allows an independent signature on the day of service"


class Incomplete(Invalid):
    code = "incomplete"
    title = "Something mandatory is missing"


class CodeRefused(Invalid):
    code = "diagnosis-code-refused"
    title = "This is no ICD-10-CM code"


class PrincipalTaken(Refused):
    code = "principal-diagnosis-taken"
    title = "The episode has a principal diagnosis already"


class DiagnosisNotMovable(Refused):
    code = "diagnosis-state"
    title = "The diagnosis cannot change like this"


class ConfirmationRefused(Invalid):
    code = "confirmation-refused"
    title = "A diagnosis by someone who needs a co-signature is provisional"


class EpisodeNotOpen(Refused):
    code = "episode-not-open"
    title = "The client has no open episode here"


class PlanExists(Refused):
    code = "plan-exists"
    title = "The episode has a plan already"


class PlanState(Refused):
    code = "plan-state"
    title = "The plan's state does not allow this"


class NotMeasurable(Invalid):
    code = "objective-not-measurable"
    title = "Every objective must be measurable before the plan is signed"


class SignatureExists(Refused):
    code = "signature-exists"
    title = "This signature was given already"


class SectionUnknown(Invalid):
    code = "section-unknown"
    title = "The format has no such section"


class VoidRefused(NotAllowed):
    code = "void-refused"
    title = "Voiding takes the author and a supervisor"


class NotVoidable(Refused):
    code = "not-voidable"
    title = "Only a final note can be voided"


class NotFinal(Refused):
    code = "not-final"
    title = "Only a final note takes an addendum"


class MemberEnded(Refused):
    code = "membership-ended"
    title = "The membership has ended"


class DischargeExists(Refused):
    code = "discharge-exists"
    title = "The episode has a discharge summary already"
