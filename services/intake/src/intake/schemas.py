"""What comes in and what goes out."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from privacy import Circumstance, DataClass, Purpose, RecipientKind
from pydantic import AwareDatetime, BeforeValidator, Field
from shared.schemas import In, Out

from intake.fields import (
    Code,
    Email,
    FormHash,
    Language,
    LongText,
    MemberId,
    PersonName,
    Phone,
    PostalCode,
    ShortText,
)
from intake.rules.access import DEFAULT_SET, STANDARDS, Level
from intake.rules.clients import ClientStatus, Sex
from intake.rules.consents import (
    ConsentStatus,
    ConsentType,
    ExpiryEvent,
    RevocationMethod,
    SignerRole,
    SigningMethod,
)
from intake.rules.danger import DangerFlag
from intake.rules.disclosures import PERMIT_MS
from intake.rules.episodes import EpisodeStatus
from intake.rules.guardianships import Authority, Custody
from intake.rules.holds import DestructionReason, HoldReason, HoldStatus
from intake.rules.inquiries import CallerIs, Channel, CloseReason, ContactOutcome, Disposition, InquiryStatus


def known_standard(code: Any) -> Any:
    if code not in STANDARDS:
        raise ValueError(f"known standards: {', '.join(sorted(STANDARDS))}")
    return code


StandardSetCode = Annotated[str, BeforeValidator(known_standard)]


# inquiries


class ContactPermission(In):
    """What the person allows. Without permission no one leaves a message that names the agency."""

    ok_to_call: bool
    ok_to_leave_voicemail: bool = False
    ok_to_text: bool = False
    safe_hours: ShortText | None = None


class NewInquiry(In):
    clinic_id: UUID
    channel: Channel
    caller_is: CallerIs = CallerIs.SELF
    reason: LongText
    callback: ContactPermission
    danger_flags: list[DangerFlag] = Field(default_factory=list, max_length=10)
    recent_discharge_on: date | None = None
    requested_service: Code | None = None
    language: Language = "en"
    needs_interpreter: bool = False
    name_to_use: PersonName | None = None
    phone: Phone | None = None
    program_id: UUID | None = None
    referral_source_id: UUID | None = None
    external_referral_id: ShortText | None = None


class InquiryOut(Out):
    id: UUID
    clinic_id: UUID
    status: InquiryStatus
    channel: Channel
    caller_is: CallerIs
    reason: str
    callback: dict[str, Any]
    danger_flags: list[DangerFlag]
    recent_discharge_on: date | None
    requested_service: str | None
    language: str
    needs_interpreter: bool
    name_to_use: str | None
    phone: str | None
    received_at: AwareDatetime
    level: Level | None
    standard_code: str | None
    triaged_at: AwareDatetime | None
    due_at: AwareDatetime | None
    offered_on: date | None
    declined_on: date | None
    responded_at: AwareDatetime | None
    served_at: AwareDatetime | None
    client_id: UUID | None
    close_reason: CloseReason | None
    disposition: Disposition | None
    emergency_text: str | None = None
    version: int


class InquiryReceipt(Out):
    """What the one who asked is told: no more than was sent, and where help is now."""

    id: UUID
    status: InquiryStatus
    received_at: AwareDatetime
    emergency_text: str | None = None
    version: int


class InquiryTriage(In):
    level: Level


class NewContactAttempt(In):
    """`offered_on` and `declined_on`: the first day offered, and one that the person refused (both count in I-SERV)."""

    outcome: ContactOutcome
    offered_on: date | None = None
    declined_on: date | None = None


class ContactAttemptOut(Out):
    id: UUID
    inquiry_id: UUID
    outcome: ContactOutcome
    offered_on: date | None
    declined_on: date | None
    made_by: UUID
    made_at: AwareDatetime


class InquiryClosure(In):
    reason: CloseReason
    disposition: Disposition | None = None


# clients


class Address(In):
    line1: ShortText
    line2: ShortText | None = None
    city: ShortText | None = None
    state: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    postal_code: PostalCode | None = None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "US"


class Guardian(In):
    name: PersonName
    relation: Code
    phone: Phone | None = None
    may_consent: bool = False


class DuplicateDecision(In):
    """A person looked at these records and says that they are someone else."""

    candidate_ids: list[UUID] = Field(min_length=1, max_length=50)
    reason: ShortText


class NewClient(In):
    inquiry_id: UUID | None = None
    clinic_id: UUID
    legal_first_name: PersonName
    legal_middle_name: PersonName | None = None
    legal_last_name: PersonName
    suffix: Annotated[str, Field(max_length=20)] | None = None
    name_to_use: PersonName | None = None
    previous_last_names: list[PersonName] = Field(default_factory=list, max_length=20)
    pronouns: ShortText | None = None
    date_of_birth: date
    administrative_sex: Sex
    sex_for_clinical_use: Sex = Sex.UNKNOWN
    gender_identity: ShortText | None = None
    sexual_orientation: ShortText | None = None
    race_ethnicity: list[Code] = Field(default_factory=list, max_length=20)
    language: Language = "en"
    needs_interpreter: bool = False
    phone: Phone | None = None
    email: Email | None = None
    address: Address | None = None
    is_address_confidential: bool = False
    contact_permission: ContactPermission = ContactPermission(ok_to_call=False)
    guardians: list[Guardian] = Field(default_factory=list, max_length=10)
    member_id: MemberId | None = None
    duplicate_decision: DuplicateDecision | None = None


class ClientChange(In):
    """Merge patch: what is absent stays, null empties."""

    name_to_use: PersonName | None = None
    pronouns: ShortText | None = None
    gender_identity: ShortText | None = None
    sexual_orientation: ShortText | None = None
    sex_for_clinical_use: Sex = Sex.UNKNOWN
    language: Language = "en"
    needs_interpreter: bool = False
    phone: Phone | None = None
    email: Email | None = None
    address: Address | None = None
    is_address_confidential: bool = False
    contact_permission: ContactPermission = ContactPermission(ok_to_call=False)


class ClientOut(Out):
    id: UUID
    clinic_id: UUID
    record_number: str
    status: ClientStatus
    legal_first_name: str
    legal_middle_name: str | None
    legal_last_name: str
    suffix: str | None
    name_to_use: str | None
    previous_last_names: list[str]
    pronouns: str | None
    date_of_birth: date
    administrative_sex: Sex
    sex_for_clinical_use: Sex
    gender_identity: str | None
    sexual_orientation: str | None
    race_ethnicity: list[str]
    language: str
    needs_interpreter: bool
    phone: str | None
    email: str | None
    address: dict[str, Any] | None
    is_address_confidential: bool
    contact_permission: dict[str, Any]
    guardians: list[dict[str, Any]]
    member_id: str | None
    possible_duplicates: list[UUID]
    version: int


class ClientRow(Out):
    """One line of a list."""

    id: UUID
    clinic_id: UUID
    record_number: str
    status: ClientStatus
    shown_name: str
    legal_last_name: str


class CardsWanted(In):
    client_ids: list[UUID] = Field(min_length=1, max_length=200)


class ClientCard(Out):
    """What one who shows a name or sends something needs. What the caller need not see is null."""

    client_id: UUID
    record_number: str
    status: ClientStatus
    shown_name: str
    name_to_use: str | None
    legal_first_name: str | None
    legal_last_name: str | None
    date_of_birth: date | None
    administrative_sex: Sex | None
    language: str
    needs_interpreter: bool
    phone: str | None
    email: str | None
    address: dict[str, Any] | None
    contact_permission: dict[str, Any]


class ClientCards(Out):
    """Cards of those who exist and whom the caller may see; the others are left out."""

    items: list[ClientCard]


class NewRestriction(In):
    """`is_self_paid`: paid in full by the client, so the plan is not told. Otherwise what we agreed to keep back."""

    is_self_paid: bool = False
    recipient_id: UUID | None = None
    data_class: DataClass | None = None


class RestrictionOut(Out):
    id: UUID
    client_id: UUID
    is_self_paid: bool
    recipient_id: UUID | None
    data_class: DataClass | None
    withdrawn_at: AwareDatetime | None
    version: int


class NewGuardianship(In):
    """`guardian_id` is the guardian's account. Custody is said of minors; days are the agency's, `ends_on` the last."""

    guardian_id: UUID
    authority: Authority
    custody: Custody | None = None
    may_consent: bool = False
    starts_on: date
    ends_on: date | None = None


class GuardianshipOut(Out):
    id: UUID
    client_id: UUID
    guardian_id: UUID
    authority: Authority
    custody: Custody | None
    may_consent: bool
    starts_on: date
    ends_on: date | None
    ended_at: AwareDatetime | None
    version: int


# consents


class ConsentScope(In):
    data_classes: list[DataClass] = Field(default_factory=list, max_length=20)
    program_ids: list[UUID] = Field(default_factory=list, max_length=50)
    from_on: date | None = None
    to_on: date | None = None
    information_description: LongText | None = None


class Recipient(In):
    """A named recipient (`id`, `name`) or a class of them (`kind`); an intermediary names its members."""

    id: UUID | None = None
    kind: RecipientKind | None = None
    name: ShortText | None = None
    members: list[ShortText] = Field(default_factory=list, max_length=100)


class ConsentContent(In):
    """What the form says, whoever signs it."""

    type: ConsentType
    form_version: Code
    form_hash: FormHash
    language: Language = "en"
    discloser: ShortText = "agency"
    scope: ConsentScope = ConsentScope()
    recipients: list[Recipient] = Field(default_factory=list, max_length=50)
    purposes: list[Purpose] = Field(default_factory=list, max_length=10)
    is_at_request_of_client: bool = False
    statements: list[Code] = Field(default_factory=list, max_length=20)
    expires_at: AwareDatetime | None = None
    expires_event: ExpiryEvent | None = None


class NewConsent(ConsentContent):
    """`supersedes_id`: an active consent of the same client and type, which ends when this one is signed."""

    client_id: UUID
    supersedes_id: UUID | None = None


class Signer(In):
    role: SignerRole
    name: PersonName | None = None
    authority: ShortText | None = None


def as_signer(value: Any) -> Any:
    """`"client"` says the same as `{"role": "client"}`."""
    return {"role": value} if isinstance(value, str) else value


class ConsentSignature(In):
    signer: Annotated[Signer, BeforeValidator(as_signer)]
    method: SigningMethod
    signed_at: AwareDatetime | None = None
    effective_from: AwareDatetime | None = None
    witness: PersonName | None = None


class ConsentToValidate(ConsentContent):
    """A consent with or without its signature. Nothing is stored."""

    client_id: UUID | None = None
    signature: ConsentSignature | None = None


class ConsentFindingOut(Out):
    key: str
    detail: str
    pointer: str


class ConsentValidationOut(Out):
    is_valid: bool
    rule_version: str
    missing: list[ConsentFindingOut]


class ConsentRevocation(In):
    method: RevocationMethod = RevocationMethod.WRITTEN
    requested_by: SignerRole = SignerRole.CLIENT


class ConsentOut(Out):
    id: UUID
    client_id: UUID
    type: ConsentType
    status: ConsentStatus
    form_version: str
    form_hash: str
    language: str
    discloser: str
    scope: dict[str, Any]
    recipients: list[dict[str, Any]]
    purposes: list[str]
    statements: list[str]
    expires_at: AwareDatetime | None
    expires_event: ExpiryEvent | None
    signer_role: SignerRole | None
    signer_authority: str | None
    method: SigningMethod | None
    signed_at: AwareDatetime | None
    effective_from: AwareDatetime | None
    rule_version: str | None
    supersedes_id: UUID | None
    declined_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    revocation: dict[str, Any] | None
    version: int


# programs and episodes


class NewProgram(In):
    clinic_id: UUID
    code: Code
    name: ShortText
    is_part2: bool = False
    review_every_days: Annotated[int, Field(ge=1, le=366)] = 90
    access_standard: StandardSetCode = DEFAULT_SET


class ProgramChange(In):
    """What is left out stays as it is. Clinic, code and whether 42 CFR Part 2 applies do not change."""

    name: ShortText | None = None
    review_every_days: Annotated[int, Field(ge=1, le=366)] | None = None
    access_standard: StandardSetCode | None = None
    is_active: bool | None = None


class ProgramOut(Out):
    id: UUID
    clinic_id: UUID
    code: str
    name: str
    is_part2: bool
    review_every_days: int
    access_standard: str
    is_active: bool
    version: int


class NewEpisode(In):
    client_id: UUID
    program_id: UUID
    primary_clinician_id: UUID


class Admission(In):
    """`is_emergency`: care begins before a consent to treatment could be had."""

    is_emergency: bool = False


class NonAdmission(In):
    reason: Code


class EpisodeOut(Out):
    id: UUID
    client_id: UUID
    program_id: UUID
    clinic_id: UUID
    primary_clinician_id: UUID
    status: EpisodeStatus
    is_part2: bool
    is_emergency_admission: bool
    opened_on: date | None
    closed_on: date | None
    end_reason: str | None
    version: int


# disclosures


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


class OwnClientOut(Out):
    """Somebody for whom an account may act: the client, or one whose guardian it is and by which authority."""

    id: UUID
    shown_name: str
    status: ClientStatus
    acts_as: SignerRole
    authority: Authority | None
    may_consent: bool


class OwnDisclosureOut(Out):
    """`is_accounted`: it stands in the accounting that the law gives a right to (45 CFR 164.528, 42 CFR 2.25)."""

    id: UUID
    client_id: UUID
    recipient_id: UUID
    purpose: str
    data_classes: list[str]
    consent_id: UUID | None
    made_at: AwareDatetime
    is_accounted: bool


class DisclosureOut(Out):
    id: UUID
    client_id: UUID
    recipient_id: UUID
    purpose: str
    data_classes: list[str]
    consent_id: UUID | None
    made_at: AwareDatetime
    is_accountable: bool


# legal holds and keys


class NewLegalHold(In):
    """Without a client it holds the whole agency."""

    client_id: UUID | None = None
    reason: HoldReason


class LegalHoldOut(Out):
    id: UUID
    client_id: UUID | None
    reason: HoldReason
    status: HoldStatus
    placed_by: UUID
    placed_at: AwareDatetime
    released_by: UUID | None
    released_at: AwareDatetime | None
    version: int


class KeyDestructionWanted(In):
    """Nobody can take it back: notes, assessments and crisis narratives of the client are unreadable for good."""

    reason: DestructionReason


class KeyDestructionOut(Out):
    id: UUID
    client_id: UUID
    reason: DestructionReason
    destroyed_by: UUID
    destroyed_at: AwareDatetime


class AccountingOut(Out):
    """What was disclosed about a client that the law has accounted for, newest first."""

    client_id: UUID
    items: list["DisclosureOut"]
