"""Why something is declined, returned or voided."""

from shared.schemas import In

from clinical_records.fields import Reason


class Why(In):
    reason: Reason
