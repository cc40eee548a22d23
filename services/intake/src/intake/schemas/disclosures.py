"""Questions to the disclosure rules, their answers, and what was disclosed."""

from datetime import date
from typing import Annotated
from uuid import UUID

from privacy import Circumstance, DataClass, Purpose
from pydantic import AwareDatetime, Field
from shared.schemas import In, LabelledOut, Out

from intake.rules.consents import ConsentType, ExpiryEvent
from intake.rules.disclosures import PERMIT_MS


class DisclosureQuestion(In):
    """Who would be told what about whom, and why. Codes that we do not know are denied, not refused."""

    client_id: UUID
    data_class: Annotated[str, Field(max_length=60)]
    purpose: Annotated[str, Field(max_length=60)]
    recipient_kind: Annotated[str, Field(max_length=60)]
    recipient_id: UUID | None = None
    program_id: UUID | None = None
    episode_id: UUID | None = None
    is_part2: bool = False
    is_final: bool = True
    record_on: date | None = None
    circumstances: list[Circumstance] = Field(default_factory=list, max_length=10)


class DisclosureQuestions(In):
    items: list[DisclosureQuestion] = Field(min_length=1, max_length=200)


class ConsentExplained(Out):
    """What accompanies a disclosure with consent: a clear explanation of its scope (42 CFR 2.32(b))."""

    id: UUID
    type: ConsentType
    purposes: list[str]
    data_classes: list[str]
    effective_from: AwareDatetime
    expires_at: AwareDatetime | None
    expires_event: ExpiryEvent | None


class DisclosureAnswer(Out):
    """What accompanies the disclosure: labels (`code system|code`), notice and consent where the obligations say so."""

    client_id: UUID
    data_class: str
    is_permitted: bool
    reason: str
    rule_id: str
    obligations: list[str]
    consent_id: UUID | None
    security_labels: list[str]
    notice: str | None = None
    consent: ConsentExplained | None = None


class DisclosureAnswers(Out):
    """One answer for each question, in its order; to be acted upon for so long from before the asking."""

    items: list[DisclosureAnswer]
    valid_for_ms: int = PERMIT_MS


class ConsentNeeded(In):
    """A pair for which the state wants the client's consent, whatever federal law lets go without."""

    data_class: DataClass
    purpose: Purpose


class NewDisclosurePolicy(In):
    """`minors_consent_from`: the age from which a minor consents to this care alone; null where never."""

    minors_consent_from: Annotated[int, Field(ge=10, lt=18)] | None = None
    needs_consent: list[ConsentNeeded] = Field(default_factory=list, max_length=200)


class DisclosurePolicyOut(Out):
    minors_consent_from: int | None
    needs_consent: list[ConsentNeeded]
    version: int


class DisclosureOut(LabelledOut):
    id: UUID
    client_id: UUID
    recipient_id: UUID
    purpose: str
    data_classes: list[str]
    consent_id: UUID | None
    made_at: AwareDatetime
    is_accountable: bool
