"""What a caller's token must allow."""

from enum import StrEnum
from typing import Annotated

from shared.auth import Principal, requires


class Scope(StrEnum):
    READ_CLINICIANS = "clinicians:read"
    WRITE_CLINICIANS = "clinicians:write"
    WRITE_CREDENTIALS = "credentials:write"
    WRITE_SUPERVISION = "supervision:write"
    READ_TASKS = "tasks:read"
    WRITE_TASKS = "tasks:write"


CanReadClinicians = Annotated[Principal, requires(Scope.READ_CLINICIANS)]
CanWriteClinicians = Annotated[Principal, requires(Scope.WRITE_CLINICIANS)]
CanWriteCredentials = Annotated[Principal, requires(Scope.WRITE_CREDENTIALS)]
CanWriteSupervision = Annotated[Principal, requires(Scope.WRITE_SUPERVISION)]
CanReadTasks = Annotated[Principal, requires(Scope.READ_TASKS)]
CanWriteTasks = Annotated[Principal, requires(Scope.WRITE_TASKS)]
