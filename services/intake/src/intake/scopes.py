"""What a token must allow. One scope per route, through its `by` parameter."""

from enum import StrEnum
from typing import Annotated

from shared.auth import Principal, requires


class Scope(StrEnum):
    CREATE_INQUIRIES = "inquiries:create"
    READ_INQUIRIES = "inquiries:read"
    WRITE_INQUIRIES = "inquiries:write"
    READ_CLIENTS = "clients:read"
    WRITE_CLIENTS = "clients:write"
    READ_CONSENTS = "consents:read"
    WRITE_CONSENTS = "consents:write"
    READ_PROGRAMS = "programs:read"
    WRITE_PROGRAMS = "programs:write"
    READ_EPISODES = "episodes:read"
    WRITE_EPISODES = "episodes:write"
    READ_DISCLOSURES = "disclosures:read"
    EVALUATE_DISCLOSURES = "disclosures:evaluate"
    WRITE_RESTRICTIONS = "restrictions:write"
    READ_LEGAL_HOLDS = "legal-holds:read"
    WRITE_LEGAL_HOLDS = "legal-holds:write"
    DESTROY_CLIENT_KEYS = "client-keys:write"
    WRITE_GUARDIANSHIPS = "guardianships:write"
    READ_OWN_RECORDS = "own-records:read"
    WRITE_OWN_CONSENTS = "own-consents:write"


CanCreateInquiries = Annotated[Principal, requires(Scope.CREATE_INQUIRIES)]
CanReadInquiries = Annotated[Principal, requires(Scope.READ_INQUIRIES)]
CanWriteInquiries = Annotated[Principal, requires(Scope.WRITE_INQUIRIES)]
CanReadClients = Annotated[Principal, requires(Scope.READ_CLIENTS)]
CanWriteClients = Annotated[Principal, requires(Scope.WRITE_CLIENTS)]
CanReadConsents = Annotated[Principal, requires(Scope.READ_CONSENTS)]
CanWriteConsents = Annotated[Principal, requires(Scope.WRITE_CONSENTS)]
CanReadPrograms = Annotated[Principal, requires(Scope.READ_PROGRAMS)]
CanWritePrograms = Annotated[Principal, requires(Scope.WRITE_PROGRAMS)]
CanReadEpisodes = Annotated[Principal, requires(Scope.READ_EPISODES)]
CanWriteEpisodes = Annotated[Principal, requires(Scope.WRITE_EPISODES)]
CanReadDisclosures = Annotated[Principal, requires(Scope.READ_DISCLOSURES)]
CanEvaluateDisclosures = Annotated[Principal, requires(Scope.EVALUATE_DISCLOSURES)]
CanWriteRestrictions = Annotated[Principal, requires(Scope.WRITE_RESTRICTIONS)]
CanReadLegalHolds = Annotated[Principal, requires(Scope.READ_LEGAL_HOLDS)]
CanWriteLegalHolds = Annotated[Principal, requires(Scope.WRITE_LEGAL_HOLDS)]
CanDestroyClientKeys = Annotated[Principal, requires(Scope.DESTROY_CLIENT_KEYS)]
CanWriteGuardianships = Annotated[Principal, requires(Scope.WRITE_GUARDIANSHIPS)]
CanReadOwnRecords = Annotated[Principal, requires(Scope.READ_OWN_RECORDS)]
CanWriteOwnConsents = Annotated[Principal, requires(Scope.WRITE_OWN_CONSENTS)]
