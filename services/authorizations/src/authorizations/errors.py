"""Every refusal of this service."""

from shared.errors import Invalid, Refused


class CoverageOfAnother(Invalid):
    code, title = "coverage-of-another", "The coverage is not this client's"


class DatesReversed(Invalid):
    code, title = "dates-reversed", "The end lies before the beginning"


class ServiceUnknown(Invalid):
    code, title = "service-unknown", "No such kind of service is authorized or billed"


class PayerInactive(Refused):
    code, title = "payer-inactive", "The payer takes no new coverage"


class CoverageNotInForce(Refused):
    code, title = "coverage-not-in-force", "The coverage is not in force on that day"


class RequestNotOpen(Refused):
    code, title = "request-not-open", "The request takes no such step now"


class PacketIncomplete(Refused):
    code, title = "packet-incomplete", "The request lacks what the payer needs"


class ConsentMissing(Refused):
    code, title = "consent-missing", "The client's consent to this disclosure is missing"


class CheckNotOpen(Refused):
    code, title = "eligibility-answered", "The eligibility check is answered already"


class EvidenceUnfit(Invalid):
    code, title = "decision-unfit", "The decision does not hold together"
