"""Every refusal that referrals can utter."""

from shared.errors import Invalid, Refused


class NeedNotOpen(Refused):
    code, title = "need-not-open", "The need is no longer open"


class HelpNotWanted(Refused):
    code, title = "help-not-wanted", "The person did not ask for help with this need"


class ServiceNotActive(Refused):
    code, title = "service-not-active", "The service takes nobody just now"


class NeedOfAnother(Invalid):
    code, title = "need-of-another-client", "The need belongs to another client"


class LocationOfAnother(Invalid):
    code, title = "location-of-another-organization", "The location belongs to another organization"


class AgesReversed(Invalid):
    code, title = "ages-reversed", "The lowest age is above the highest"


class ReferralNotOpen(Refused):
    code, title = "referral-not-open", "The referral does not allow this now"


class AftercareDone(Refused):
    code, title = "aftercare-done", "The follow-up is already done"
