"""The gateway's own scopes. Which role has which scope of any service: rules/roles.py."""

from enum import StrEnum
from typing import Annotated

from shared.auth import Principal, requires


class Scope(StrEnum):
    READ_AGENCIES = "agencies:read"
    WRITE_AGENCIES = "agencies:write"
    READ_CLINICS = "clinics:read"
    WRITE_CLINICS = "clinics:write"
    READ_USERS = "users:read"
    WRITE_USERS = "users:write"
    READ_PARTNER_APPS = "partner-apps:read"
    WRITE_PARTNER_APPS = "partner-apps:write"
    EVALUATE_ACCESS = "access:evaluate"
    READ_SIGNING_KEYS = "signing-keys:read"
    WRITE_SIGNING_KEYS = "signing-keys:write"
    INVITE_CLIENTS = "client-invitations:write"
    READ_SESSIONS = "sessions:read"
    WRITE_SESSIONS = "sessions:write"
    READ_AUDIT_REPORTS = "audit-reports:read"
    WRITE_AUDIT_REPORTS = "audit-reports:write"
    READ_OWN_RECORDS = "own-records:read"
    READ_BREAK_GLASS = "break-glass-grants:read"
    WRITE_BREAK_GLASS = "break-glass-grants:write"
    REVIEW_BREAK_GLASS = "break-glass-reviews:write"
    READ_BREAK_GLASS_FIGURES = "break-glass-figures:read"


CanReadAgencies = Annotated[Principal, requires(Scope.READ_AGENCIES)]
CanWriteAgencies = Annotated[Principal, requires(Scope.WRITE_AGENCIES)]
CanReadClinics = Annotated[Principal, requires(Scope.READ_CLINICS)]
CanWriteClinics = Annotated[Principal, requires(Scope.WRITE_CLINICS)]
CanReadUsers = Annotated[Principal, requires(Scope.READ_USERS)]
CanWriteUsers = Annotated[Principal, requires(Scope.WRITE_USERS)]
CanReadPartnerApps = Annotated[Principal, requires(Scope.READ_PARTNER_APPS)]
CanEvaluateAccess = Annotated[Principal, requires(Scope.EVALUATE_ACCESS)]
CanReadSigningKeys = Annotated[Principal, requires(Scope.READ_SIGNING_KEYS)]
CanWriteSigningKeys = Annotated[Principal, requires(Scope.WRITE_SIGNING_KEYS)]
CanWritePartnerApps = Annotated[Principal, requires(Scope.WRITE_PARTNER_APPS)]
CanInviteClients = Annotated[Principal, requires(Scope.INVITE_CLIENTS)]
CanReadSessions = Annotated[Principal, requires(Scope.READ_SESSIONS)]
CanWriteSessions = Annotated[Principal, requires(Scope.WRITE_SESSIONS)]
CanReadAuditReports = Annotated[Principal, requires(Scope.READ_AUDIT_REPORTS)]
CanWriteAuditReports = Annotated[Principal, requires(Scope.WRITE_AUDIT_REPORTS)]
CanReadOwnRecords = Annotated[Principal, requires(Scope.READ_OWN_RECORDS)]
CanReadBreakGlass = Annotated[Principal, requires(Scope.READ_BREAK_GLASS)]
CanBreakGlass = Annotated[Principal, requires(Scope.WRITE_BREAK_GLASS)]
CanReviewBreakGlass = Annotated[Principal, requires(Scope.REVIEW_BREAK_GLASS)]
CanReadBreakGlassFigures = Annotated[Principal, requires(Scope.READ_BREAK_GLASS_FIGURES)]
