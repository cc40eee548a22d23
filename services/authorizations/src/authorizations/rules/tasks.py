"""Duties that this service hands to people: who has them, how soon, by which rule.

Source: domain specification 6, 2026-11.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Duty:
    role: str
    within: timedelta
    rule: str


UR, DIRECTOR = "billing_ur", "program_director"
DAY = timedelta(days=1)
DUTIES: dict[str, Duty] = {
    "ur_no_units": Duty(UR, DAY, "6.4 care is recorded, units are missing"),
    "ur_units_low": Duty(UR, 3 * DAY, "6.4 units low"),
    "ur_expiring": Duty(UR, 3 * DAY, "6.4 authorization expiring"),
    "ur_portal_submission": Duty(UR, DAY, "6.2 enter the request in the payer's portal"),
    "ur_auth_pended": Duty(UR, DAY, "6.2 the payer asks for more"),
    "ur_answer_review": Duty(UR, DAY, "6.2 the payer's answer needs a person"),
    "ur_denied": Duty(UR, 2 * DAY, "6.3 denied: appeal or change"),
    "denial_defective": Duty(UR, DAY, "6.3 denial without a specific reason"),
    "payer_overdue": Duty(DIRECTOR, 2 * DAY, "6.3 payer's clock passed"),
    "claim_of_voided_note": Duty(UR, DAY, "3.4 the note of a claim was voided"),
    "eligibility_manual": Duty(UR, DAY, "6.1 check eligibility in the payer's portal"),
}
