"""What a caller's token must allow."""

from enum import StrEnum
from typing import Annotated

from shared.auth import Principal, requires


class Scope(StrEnum):
    READ_DIRECTORY = "directory:read"
    WRITE_DIRECTORY = "directory:write"
    WRITE_NEEDS = "needs:write"
    READ_REFERRALS = "referrals:read"
    WRITE_REFERRALS = "referrals:write"


CanReadDirectory = Annotated[Principal, requires(Scope.READ_DIRECTORY)]
CanWriteDirectory = Annotated[Principal, requires(Scope.WRITE_DIRECTORY)]
CanWriteNeeds = Annotated[Principal, requires(Scope.WRITE_NEEDS)]
CanReadReferrals = Annotated[Principal, requires(Scope.READ_REFERRALS)]
CanWriteReferrals = Annotated[Principal, requires(Scope.WRITE_REFERRALS)]
