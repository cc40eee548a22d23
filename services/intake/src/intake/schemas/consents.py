"""Consents: their content, signature, findings and revocation."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from privacy import DataClass, Purpose, RecipientKind
from pydantic import AwareDatetime, BeforeValidator, Field
from shared.schemas import In, LabelledOut, Out

from intake.fields import Code, FormHash, Language, LongText, PersonName, ShortText
from intake.rules.consents import ConsentStatus, ConsentType, ExpiryEvent, RevocationMethod, SignerRole, SigningMethod


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


class ConsentOut(LabelledOut):
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
