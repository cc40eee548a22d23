"""What callers may do here."""

from enum import StrEnum
from typing import Annotated

from shared.auth import Principal, requires


class Scope(StrEnum):
    READ_PAYERS = "payers:read"
    WRITE_PAYERS = "payers:write"
    READ_COVERAGES = "coverages:read"
    WRITE_COVERAGES = "coverages:write"
    READ_ELIGIBILITY = "eligibility:read"
    WRITE_ELIGIBILITY = "eligibility:write"
    READ_AUTHORIZATIONS = "authorizations:read"
    WRITE_AUTHORIZATIONS = "authorizations:write"
    READ_CHARGES = "charges:read"
    READ_SERVICE_CODES = "service-codes:read"


CanReadPayers = Annotated[Principal, requires(Scope.READ_PAYERS)]
CanWritePayers = Annotated[Principal, requires(Scope.WRITE_PAYERS)]
CanReadCoverages = Annotated[Principal, requires(Scope.READ_COVERAGES)]
CanWriteCoverages = Annotated[Principal, requires(Scope.WRITE_COVERAGES)]
CanReadEligibility = Annotated[Principal, requires(Scope.READ_ELIGIBILITY)]
CanWriteEligibility = Annotated[Principal, requires(Scope.WRITE_ELIGIBILITY)]
CanReadAuthorizations = Annotated[Principal, requires(Scope.READ_AUTHORIZATIONS)]
CanWriteAuthorizations = Annotated[Principal, requires(Scope.WRITE_AUTHORIZATIONS)]
CanReadCharges = Annotated[Principal, requires(Scope.READ_CHARGES)]
CanReadServiceCodes = Annotated[Principal, requires(Scope.READ_SERVICE_CODES)]
