"""What a token must carry."""

from enum import StrEnum
from typing import Annotated

from shared.auth import Principal, requires


class Scope(StrEnum):
    READ_APPOINTMENTS = "appointments:read"
    WRITE_APPOINTMENTS = "appointments:write"
    WRITE_ATTENDANCE = "attendance:write"
    READ_AVAILABILITY = "availability:read"
    WRITE_AVAILABILITY = "availability:write"
    READ_GATE_POLICIES = "gate-policies:read"
    WRITE_GATE_POLICIES = "gate-policies:write"
    READ_OWN_RECORDS = "own-records:read"


CanReadAppointments = Annotated[Principal, requires(Scope.READ_APPOINTMENTS)]
CanWriteAppointments = Annotated[Principal, requires(Scope.WRITE_APPOINTMENTS)]
CanWriteAttendance = Annotated[Principal, requires(Scope.WRITE_ATTENDANCE)]
CanReadAvailability = Annotated[Principal, requires(Scope.READ_AVAILABILITY)]
CanWriteAvailability = Annotated[Principal, requires(Scope.WRITE_AVAILABILITY)]
CanReadGatePolicies = Annotated[Principal, requires(Scope.READ_GATE_POLICIES)]
CanWriteGatePolicies = Annotated[Principal, requires(Scope.WRITE_GATE_POLICIES)]
CanReadOwnRecords = Annotated[Principal, requires(Scope.READ_OWN_RECORDS)]
