"""What a caller may do here. The gateway grants these to roles."""

from enum import StrEnum
from typing import Annotated

from shared.auth import Principal, requires


class Scope(StrEnum):
    READ_MEASURES = "measures:read"
    WRITE_MEASURES = "measures:write"
    READ_RISK = "risk:read"
    WRITE_RISK = "risk:write"
    READ_ASSESSMENTS = "assessments:read"
    WRITE_ASSESSMENTS = "assessments:write"
    READ_DIAGNOSES = "diagnoses:read"
    WRITE_DIAGNOSES = "diagnoses:write"
    READ_CARE_TEAM = "care-team:read"
    WRITE_CARE_TEAM = "care-team:write"
    READ_PLANS = "plans:read"
    WRITE_PLANS = "plans:write"
    READ_NOTES = "notes:read"
    WRITE_NOTES = "notes:write"
    SIGN_NOTES = "notes:sign"
    READ_DISCHARGES = "discharges:read"
    WRITE_DISCHARGES = "discharges:write"
    READ_OWN_RECORDS = "own-records:read"


CanReadMeasures = Annotated[Principal, requires(Scope.READ_MEASURES)]
CanWriteMeasures = Annotated[Principal, requires(Scope.WRITE_MEASURES)]
CanReadRisk = Annotated[Principal, requires(Scope.READ_RISK)]
CanWriteRisk = Annotated[Principal, requires(Scope.WRITE_RISK)]
CanReadAssessments = Annotated[Principal, requires(Scope.READ_ASSESSMENTS)]
CanWriteAssessments = Annotated[Principal, requires(Scope.WRITE_ASSESSMENTS)]
CanReadDiagnoses = Annotated[Principal, requires(Scope.READ_DIAGNOSES)]
CanWriteDiagnoses = Annotated[Principal, requires(Scope.WRITE_DIAGNOSES)]
CanReadCareTeam = Annotated[Principal, requires(Scope.READ_CARE_TEAM)]
CanWriteCareTeam = Annotated[Principal, requires(Scope.WRITE_CARE_TEAM)]
CanReadPlans = Annotated[Principal, requires(Scope.READ_PLANS)]
CanWritePlans = Annotated[Principal, requires(Scope.WRITE_PLANS)]
CanReadNotes = Annotated[Principal, requires(Scope.READ_NOTES)]
CanWriteNotes = Annotated[Principal, requires(Scope.WRITE_NOTES)]
CanSignNotes = Annotated[Principal, requires(Scope.SIGN_NOTES)]
CanReadDischarges = Annotated[Principal, requires(Scope.READ_DISCHARGES)]
CanWriteDischarges = Annotated[Principal, requires(Scope.WRITE_DISCHARGES)]
CanReadOwnRecords = Annotated[Principal, requires(Scope.READ_OWN_RECORDS)]
