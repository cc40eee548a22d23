"""What callers send and get."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pydantic import AwareDatetime, Field
from shared.schemas import Change, In, LabelledOut, Out

from authorizations.fields import (
    AuthorizationNumber,
    EvidenceReference,
    HttpsUrl,
    MemberId,
    Minutes,
    Money,
    PayerName,
    PlanName,
    ReasonCode,
    ServiceType,
    Units,
)
from authorizations.rules.authorizations import AuthorizationStatus
from authorizations.rules.charges import ChargeStatus
from authorizations.rules.clocks import Priority
from authorizations.rules.eligibility import EligibilityStatus
from authorizations.rules.payers import Adapter, CoverageOrder, PayerType, Relation
from authorizations.rules.requests import RequestStatus
from authorizations.rules.service_codes import CodeScheme, Rounding, ServiceKind
from authorizations.rules.units import EntryKind, UnitKind


class NewPayer(In):
    """Hours and days only where the contract names its own; outside sandbox mode `pas_fhir` needs an endpoint."""

    name: PayerName
    payer_type: PayerType
    adapter: Adapter = Adapter.PORTAL_MANUAL
    endpoint: HttpsUrl | None = None
    standard_hours: int | None = Field(None, ge=1, le=2_400)
    expedited_hours: int | None = Field(None, ge=1, le=2_400)
    appeal_days: int | None = Field(None, ge=1, le=730)
    code_scheme: CodeScheme = CodeScheme.CPT
    rounding: Rounding = Rounding.MIDPOINT
    takes_supervised: bool = True


class PayerChange(Change):
    """What is left out stays as it is. Type, adapter and scheme do not change: add another payer."""

    CLEARED = frozenset({"standard_hours", "expedited_hours", "appeal_days"})

    name: PayerName | None = None
    endpoint: HttpsUrl | None = None
    standard_hours: int | None = Field(None, ge=1, le=2_400)
    expedited_hours: int | None = Field(None, ge=1, le=2_400)
    appeal_days: int | None = Field(None, ge=1, le=730)
    takes_supervised: bool | None = None
    is_active: bool | None = None


class PayerOut(Out):
    id: UUID
    version: int
    created_at: datetime
    name: str
    payer_type: PayerType
    adapter: Adapter
    endpoint: str | None
    standard_hours: int | None
    expedited_hours: int | None
    appeal_days: int | None
    code_scheme: CodeScheme
    rounding: Rounding
    takes_supervised: bool
    is_active: bool


class NewCoverage(In):
    client_id: UUID
    payer_id: UUID
    member_id: MemberId
    group_number: MemberId | None = None
    plan_name: PlanName
    relation: Relation = Relation.SELF
    order: CoverageOrder = CoverageOrder.PRIMARY
    valid_from: date
    valid_until: date | None = None


class CoverageOut(LabelledOut):
    id: UUID
    version: int
    created_at: datetime
    client_id: UUID
    payer_id: UUID
    member_id: str
    group_number: str | None
    plan_name: str
    relation: Relation
    order: CoverageOrder
    valid_from: date
    valid_until: date | None


class NewEligibilityCheck(In):
    """Service types are X12's: 30 plan, MH mental health, A6 psychotherapy, …"""

    coverage_id: UUID
    service_date: date
    service_types: tuple[ServiceType, ...] = Field(("MH",), min_length=1, max_length=10)


class EligibilityResult(In):
    """What the payer's portal or telephone said, with where that is kept."""

    status: EligibilityStatus
    auth_required: dict[ServiceType, str] = Field(default_factory=dict, max_length=10)
    in_network: bool | None = None
    copay: Money | None = None
    deductible_remaining: Money | None = None
    visits_remaining: int | None = Field(None, ge=0, le=10_000)
    evidence_reference: EvidenceReference


class EligibilityCheckOut(LabelledOut):
    """`auth_required` maps a service type to Y, N or U. U never means that none is required."""

    id: UUID
    version: int
    coverage_id: UUID
    client_id: UUID
    payer_id: UUID
    asked_at: datetime
    answered_at: datetime | None
    service_date: date
    service_types: list[str]
    status: EligibilityStatus
    auth_required: dict[str, str]
    in_network: bool | None
    copay: Decimal | None
    deductible_remaining: Decimal | None
    currency: str = "USD"
    visits_remaining: int | None
    error_codes: list[str]
    evidence_reference: str | None


class NewAuthorizationRequest(In):
    client_id: UUID
    coverage_id: UUID
    service_kind: ServiceKind
    units: Units
    unit_kind: UnitKind = UnitKind.VISIT
    valid_from: date
    valid_until: date
    priority: Priority = Priority.STANDARD


class ManualDecision(In):
    """The payer's answer as staff read it. `action_code` is X12's 306 (A1, A2, A3, A4, A6, C, CT, NA)."""

    action_code: ReasonCode
    number: AuthorizationNumber | None = None
    units: Units | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    reason_codes: tuple[ReasonCode, ...] = Field((), max_length=20)
    was_human_reviewed: bool | None = None
    evidence_reference: EvidenceReference


class AuthorizationRequestOut(LabelledOut):
    id: UUID
    version: int
    created_at: datetime
    client_id: UUID
    coverage_id: UUID
    payer_id: UUID
    service_kind: ServiceKind
    units: int
    unit_kind: UnitKind
    valid_from: date
    valid_until: date
    priority: Priority
    status: RequestStatus
    submitted_at: datetime | None
    due_at: datetime | None
    clock_basis: str | None
    is_overdue: bool
    action_code: str | None
    finding: str | None
    reason_codes: list[str]
    payer_reference: str | None
    evidence_reference: str | None
    was_human_reviewed: bool | None
    decided_at: datetime | None
    appeal_by: date | None


class AuthorizationOut(LabelledOut):
    """available = approved - used - reserved. `terminated_on` is the last day that still counts."""

    id: UUID
    version: int
    created_at: datetime
    request_id: UUID
    client_id: UUID
    coverage_id: UUID
    payer_id: UUID
    number: str
    service_kind: ServiceKind
    unit_kind: UnitKind
    valid_from: date
    valid_until: date
    terminated_on: date | None
    approved: int
    used: int
    reserved: int
    available: int
    status: AuthorizationStatus
    is_low: bool
    is_expiring: bool


class UnitEntryOut(LabelledOut):
    """Entries of one authorization in their order, oldest first."""

    id: UUID
    sequence: int
    created_at: datetime
    authorization_id: UUID
    appointment_id: UUID
    kind: EntryKind
    units: int
    service_date: date
    used_after: int
    reserved_after: int


class ClockQuestion(In):
    payer_type: PayerType
    priority: Priority = Priority.STANDARD
    received_at: AwareDatetime
    is_extended: bool = False
    contract_hours: int | None = Field(None, ge=1, le=2_400)


class ClockAnswer(Out):
    """`due_at` null: no clock runs until the contract names one."""

    due_at: datetime | None
    basis: str
    is_binding: bool


class CodeQuestion(In):
    """Minutes face to face or by video; documentation does not count."""

    service_kind: str = Field(pattern=r"^[a-z_]{1,40}$")
    minutes: Minutes
    service_date: date
    client_present: bool = True
    interactive_complexity: bool = False
    code_scheme: CodeScheme = CodeScheme.CPT
    rounding: Rounding = Rounding.MIDPOINT
    other_codes_same_day: tuple[ReasonCode, ...] = Field((), max_length=20)


class CodeLineOut(Out):
    code: str
    label: str
    units: int


class CodeSuggestion(Out):
    """A suggestion that the clinician confirms. `code` null: no rule fits, and `reason` says why."""

    code: str | None
    lines: tuple[CodeLineOut, ...]
    reason: str | None
    refused_add_ons: tuple[str, ...]
    collides_same_day: bool


class ChargeOut(LabelledOut):
    id: UUID
    version: int
    created_at: datetime
    note_id: UUID
    appointment_id: UUID
    client_id: UUID
    episode_id: UUID
    clinic_id: UUID
    rendering_id: UUID
    supervising_id: UUID | None
    service_kind: ServiceKind
    service_date: date
    minutes: int
    is_telehealth: bool
    status: ChargeStatus
    reason_codes: list[str]
    lines: list[CodeLineOut]
    place_of_service: str
    modifiers: list[str]
    diagnosis_codes: list[str]
    rendering_npi: str | None
    coverage_id: UUID | None
    payer_id: UUID | None
    authorization_id: UUID | None
    authorization_number: str | None
