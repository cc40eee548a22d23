"""A client's own record and disclosures."""

from uuid import UUID

from pydantic import AwareDatetime
from shared.schemas import LabelledOut

from intake.rules.clients import ClientStatus
from intake.rules.consents import SignerRole
from intake.rules.guardianships import Authority


class OwnClientOut(LabelledOut):
    """Somebody for whom an account may act: the client, or one whose guardian it is and by which authority."""

    id: UUID
    shown_name: str
    status: ClientStatus
    acts_as: SignerRole
    authority: Authority | None
    may_consent: bool


class OwnDisclosureOut(LabelledOut):
    """`is_accounted`: it stands in the accounting that the law gives a right to (45 CFR 164.528, 42 CFR 2.25)."""

    id: UUID
    client_id: UUID
    recipient_id: UUID
    purpose: str
    data_classes: list[str]
    consent_id: UUID | None
    made_at: AwareDatetime
    is_accounted: bool
