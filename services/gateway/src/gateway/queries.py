"""Every select of the gateway. Row level security keeps each to the transaction's agency."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.access import visible
from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import (
    Boolean,
    DateTime,
    Interval,
    Text,
    Uuid,
    all_,
    any_,
    bindparam,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlmodel import col

from gateway.models import (
    Agency,
    AuditReport,
    AuditReportEntry,
    AuthorizationCode,
    BreakGlassGrant,
    Clinic,
    Credential,
    Invitation,
    KnownClient,
    KnownEpisode,
    PartnerApp,
    RecoveryCode,
    RefreshToken,
    SignInClient,
    SigningKey,
    SignInPolicy,
    SignInSession,
    Supervision,
    Throttle,
    UserAccount,
    Visit,
)
from gateway.rules.audit_reports import NO_LOOKS, SYSTEM
from gateway.rules.break_glass import SEE_EVERY_GRANT, SUPERVISORS, GrantStatus
from gateway.rules.clients import app_client_id
from gateway.rules.keys import KeyStatus
from gateway.rules.roles import ADMINISTRATOR
from gateway.rules.sessions import EndReason
from gateway.rules.sign_in_clients import ClientKind

AGENCIES = select(Agency)
AGENCY = select(Agency).where(col(Agency.id) == bindparam("agency_id"))
AGENCY_LOCKED = AGENCY.with_for_update()
CLINICS = select(Clinic)
CLINIC = select(Clinic).where(col(Clinic.id) == bindparam("clinic_id"))
CLINIC_LOCKED = CLINIC.with_for_update()
IDS: Any = any_(bindparam("ids", type_=ARRAY(Uuid)))
KNOWN_CLINICS = select(col(Clinic.id)).where(col(Clinic.id) == any_(bindparam("clinic_ids", type_=ARRAY(Uuid))))
USERS = select(UserAccount)
USER = select(UserAccount).where(col(UserAccount.id) == bindparam("user_id"))
USER_LOCKED = USER.with_for_update()
USER_BY_NAME = select(UserAccount).where(col(UserAccount.username) == bindparam("username"), col(UserAccount.is_active))
ACTIVE_USERS = select(UserAccount).where(col(UserAccount.is_active)).order_by(col(UserAccount.username)).limit(500)
ADMINISTRATORS = (
    select(UserAccount)
    .where(
        col(UserAccount.is_active),
        literal(ADMINISTRATOR) == any_(col(UserAccount.roles)),
    )
    .order_by(col(UserAccount.id))
    .with_for_update()
)
APPS = select(PartnerApp)
APP = select(PartnerApp).where(col(PartnerApp.id) == bindparam("app_id"))
APP_LOCKED = APP.with_for_update()
LIVE_APP = APP.where(
    col(PartnerApp.revoked_at).is_(None),
    col(PartnerApp.suspended_at).is_(None),
    exists().where(col(Agency.id) == col(PartnerApp.agency_id), col(Agency.is_active)),
)
SPEND = text("""WITH spent AS (DELETE FROM client_assertion WHERE app_id = :app_id AND expires_at < clock_timestamp()),
live AS (SELECT id FROM partner_app WHERE id = :app_id AND num_nonnulls(revoked_at, suspended_at) = 0
FOR SHARE)
INSERT INTO client_assertion (agency_id, app_id, jti, expires_at) SELECT agency(), id, :jti, :expires_at FROM live
ON CONFLICT (agency_id, app_id, jti) DO NOTHING""")
KEYS = select(SigningKey).order_by(col(SigningKey.created_at).desc(), col(SigningKey.id).desc()).limit(10)
NEXT_KEY = KEYS.where(col(SigningKey.status) == KeyStatus.NEXT)
ACTIVE_KEY = KEYS.where(col(SigningKey.status) == KeyStatus.ACTIVE)
LIVES = text("""INSERT INTO replica (agency_id, id, version, created_at, seen_at)
VALUES (agency(), :id, 1, clock_timestamp(), clock_timestamp())
ON CONFLICT (agency_id, id) DO UPDATE SET seen_at = excluded.seen_at""")
FORGET = text("DELETE FROM replica WHERE seen_at < clock_timestamp() - interval '15 seconds'")
LIVE = text("SELECT count(*) FROM replica")
ORIGINS = text("SELECT agency_id, id, origins FROM registered_origins()")
LOCK_KEYS = text("SELECT pg_advisory_xact_lock(hashtextextended('gateway:signing-keys', 0))")
REPORT = select(AuditReport).where(col(AuditReport.id) == bindparam("report_id"))
REPORT_LOCKED = REPORT.with_for_update()
REPORTS = select(AuditReport)
OWN_REPORT = REPORT.where(visible(AuditReport.client_id), col(AuditReport.requested_by) == bindparam("requested_by"))
ENTRIES = select(AuditReportEntry).where(col(AuditReportEntry.report_id) == bindparam("report_id"))
LOOKS = ENTRIES.where(
    col(AuditReportEntry.action).not_in(sorted(NO_LOOKS)),
    or_(col(AuditReportEntry.on_behalf_of).is_not(None), literal(SYSTEM) != all_(col(AuditReportEntry.roles))),
)
USERS_AMONG = select(UserAccount).where(col(UserAccount.id) == IDS)
APPS_AMONG = select(PartnerApp).where(col(PartnerApp.id) == IDS)
SUPERVISOR = (
    select(col(Supervision.supervisor_id))
    .where(
        col(Supervision.supervisee_id) == bindparam("supervisee_id"),
        col(Supervision.starts_on) <= bindparam("today"),
        or_(col(Supervision.ends_on).is_(None), col(Supervision.ends_on) >= bindparam("today")),
    )
    .order_by(col(Supervision.starts_on).desc(), col(Supervision.id))
    .limit(1)
)

MOMENT = DateTime(timezone=True)
KNOWN_CLIENT = select(col(KnownClient.id)).where(col(KnownClient.id) == bindparam("client_id"))
CREDENTIAL = select(Credential).where(col(Credential.id) == bindparam("user_id"))
CREDENTIAL_LOCKED = CREDENTIAL.with_for_update()
UNUSED_CODE = (
    select(RecoveryCode)
    .where(
        col(RecoveryCode.user_id) == bindparam("user_id"),
        col(RecoveryCode.code_hash) == bindparam("code_hash"),
        col(RecoveryCode.used_at).is_(None),
    )
    .with_for_update()
)
VOID_CODES = (
    update(RecoveryCode)
    .where(col(RecoveryCode.user_id) == bindparam("whose"), col(RecoveryCode.used_at).is_(None))
    .values(used_at=bindparam("at", type_=MOMENT), version=col(RecoveryCode.version) + 1)
)
INVITATION_LOCKED = select(Invitation).where(col(Invitation.token_hash) == bindparam("token_hash")).with_for_update()
END_INVITATIONS = (
    update(Invitation)
    .where(col(Invitation.user_id) == bindparam("whose"), col(Invitation.ended_at).is_(None))
    .values(ended_at=bindparam("at", type_=MOMENT), version=col(Invitation.version) + 1)
)
SIGN_IN_CLIENTS = select(SignInClient)
SIGN_IN_CLIENT_LOCKED = select(SignInClient).where(col(SignInClient.id) == bindparam("client_id")).with_for_update()
SIGN_IN_CLIENT_NAMED = select(SignInClient).where(
    col(SignInClient.kind) == bindparam("kind"),
    col(SignInClient.partner_app_id).is_not_distinct_from(bindparam("app_id", type_=Uuid)),
)
VISIT_LOCKED = select(Visit).where(col(Visit.secret_hash) == bindparam("secret_hash")).with_for_update()
CODE_LOCKED = (
    select(AuthorizationCode).where(col(AuthorizationCode.code_hash) == bindparam("code_hash")).with_for_update()
)
SESSION_LOCKED = select(SignInSession).where(col(SignInSession.id) == bindparam("session_id")).with_for_update()
OPEN_SESSIONS = select(SignInSession).where(
    col(SignInSession.user_id) == bindparam("user_id"),
    col(SignInSession.ended_at).is_(None),
    col(SignInSession.expires_at) > bindparam("at", type_=MOMENT),
    col(SignInSession.idle_until) > bindparam("at", type_=MOMENT),
)
END_SESSIONS = (
    update(SignInSession)
    .where(col(SignInSession.user_id) == bindparam("whose"), col(SignInSession.ended_at).is_(None))
    .values(
        ended_at=bindparam("at", type_=MOMENT),
        end_reason=bindparam("reason"),
        version=col(SignInSession.version) + 1,
    )
    .returning(col(SignInSession.id))
)
END_SESSIONS_AT = (
    update(SignInSession)
    .where(col(SignInSession.client_id) == bindparam("where"), col(SignInSession.ended_at).is_(None))
    .values(
        ended_at=bindparam("at", type_=MOMENT),
        end_reason=bindparam("reason"),
        version=col(SignInSession.version) + 1,
    )
    .returning(col(SignInSession.id))
)
END_ALL_SESSIONS = text("""UPDATE sign_in_session SET ended_at = :at, end_reason = :reason, version = version + 1
WHERE ended_at IS NULL""").bindparams(bindparam("at", type_=MOMENT))
TOKEN_LOCKED = select(RefreshToken).where(col(RefreshToken.token_hash) == bindparam("token_hash")).with_for_update()
TOKEN_BY_ID = select(RefreshToken).where(col(RefreshToken.id) == bindparam("token_id"))
POLICY = select(SignInPolicy)
FULL = insert(Throttle).values(
    id=bindparam("bucket"),
    agency_id=bindparam("agency"),
    version=1,
    created_at=bindparam("at", type_=MOMENT),
    drains_at=bindparam("first", type_=MOMENT),
)
CHARGE = FULL.on_conflict_do_update(
    index_elements=["agency_id", "id"],
    set_={
        "drains_at": func.greatest(col(Throttle.drains_at), FULL.excluded.created_at)
        + bindparam("every", type_=Interval)
    },
    where=col(Throttle.drains_at) <= bindparam("latest", type_=MOMENT),
).returning(col(Throttle.id))
REFUND = (
    update(Throttle)
    .where(col(Throttle.id) == bindparam("bucket"))
    .values(drains_at=col(Throttle.drains_at) - bindparam("every", type_=Interval))
)
DRAINS_AT = select(col(Throttle.drains_at)).where(col(Throttle.id) == bindparam("bucket"))
EPISODES = select(KnownEpisode).where(col(KnownEpisode.client_id) == bindparam("client_id"))
GRANT = select(BreakGlassGrant).where(col(BreakGlassGrant.id) == bindparam("grant_id"))
GRANT_LOCKED = GRANT.with_for_update()
GRANT_SEEN = or_(
    col(BreakGlassGrant.staff_id) == bindparam("me"),
    col(BreakGlassGrant.supervisor_id) == bindparam("me"),
    col(BreakGlassGrant.supervisor_id).is_(None) & bindparam("supervises", type_=Boolean),
    bindparam("sees_all", type_=Boolean),
)
SEEN_GRANT = GRANT.where(GRANT_SEEN)
OPEN_GRANT = select(BreakGlassGrant).where(
    col(BreakGlassGrant.staff_id) == bindparam("staff_id"),
    col(BreakGlassGrant.client_id) == bindparam("client_id"),
    col(BreakGlassGrant.status) == GrantStatus.ACTIVE,
    col(BreakGlassGrant.until) > bindparam("now", type_=MOMENT),
)
SEEN_GRANTS = select(BreakGlassGrant).where(
    GRANT_SEEN,
    or_(
        bindparam("client_id", type_=Uuid).is_(None),
        col(BreakGlassGrant.client_id) == bindparam("client_id", type_=Uuid),
    ),
    or_(
        bindparam("status", type_=Text).is_(None),
        col(BreakGlassGrant.status) == bindparam("status", type_=Text),
    ),
)
UNREVIEWED = or_(col(BreakGlassGrant.status) == GrantStatus.ACTIVE, col(BreakGlassGrant.status) == GrantStatus.ENDED)
GRANT_FIGURES = select(
    func.count().filter(col(BreakGlassGrant.status) == GrantStatus.ACTIVE).label("active"),
    func.count().filter(col(BreakGlassGrant.status) == GrantStatus.ENDED).label("awaiting_review"),
    func.count()
    .filter(UNREVIEWED, col(BreakGlassGrant.review_due_at) < bindparam("now", type_=MOMENT))
    .label("overdue"),
    func.min(col(BreakGlassGrant.review_due_at)).filter(UNREVIEWED).label("oldest_due_at"),
    func.count().filter(col(BreakGlassGrant.status) == GrantStatus.REVIEWED_JUSTIFIED).label("justified"),
    func.count().filter(col(BreakGlassGrant.status) == GrantStatus.REVIEWED_UNJUSTIFIED).label("unjustified"),
).select_from(BreakGlassGrant)
WAITING_REVIEWS = text("SELECT waiting, overdue, oldest FROM waiting_reviews(:now)")
SWEEP = delete(Throttle).where(col(Throttle.drains_at) < bindparam("before", type_=MOMENT))


async def list_agencies(tx: Transaction, page: PageRequest) -> Page[Agency]:
    """The operator sees every agency, anybody else the own one."""
    return await tx.fetch_page(Agency, AGENCIES, page)


async def get_agency(tx: Transaction, agency_id: UUID) -> Agency:
    return await tx.fetch_one(Agency, AGENCY, agency_id=agency_id)


async def find_agency(tx: Transaction, agency_id: UUID) -> Agency | None:
    return await tx.fetch_optional(Agency, AGENCY, agency_id=agency_id)


async def lock_agency(tx: Transaction, agency_id: UUID) -> Agency:
    return await tx.fetch_one(Agency, AGENCY_LOCKED, agency_id=agency_id)


async def list_clinics(tx: Transaction, page: PageRequest) -> Page[Clinic]:
    return await tx.fetch_page(Clinic, CLINICS, page)


async def get_clinic(tx: Transaction, clinic_id: UUID) -> Clinic:
    return await tx.fetch_one(Clinic, CLINIC, clinic_id=clinic_id)


async def lock_clinic(tx: Transaction, clinic_id: UUID) -> Clinic:
    return await tx.fetch_one(Clinic, CLINIC_LOCKED, clinic_id=clinic_id)


async def find_clinics(tx: Transaction, clinic_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of the ids that are clinics of the agency."""
    return frozenset(row[0] for row in await tx.rows(KNOWN_CLINICS, clinic_ids=list(clinic_ids)))


async def list_users(tx: Transaction, page: PageRequest) -> Page[UserAccount]:
    return await tx.fetch_page(UserAccount, USERS, page)


async def list_active_users(tx: Transaction) -> list[UserAccount]:
    return await tx.fetch_all(UserAccount, ACTIVE_USERS)


async def get_user(tx: Transaction, user_id: UUID) -> UserAccount:
    return await tx.fetch_one(UserAccount, USER, user_id=user_id)


async def find_user(tx: Transaction, user_id: UUID) -> UserAccount | None:
    return await tx.fetch_optional(UserAccount, USER, user_id=user_id)


async def lock_user(tx: Transaction, user_id: UUID) -> UserAccount:
    return await tx.fetch_one(UserAccount, USER_LOCKED, user_id=user_id)


async def get_user_by_name(tx: Transaction, username: str) -> UserAccount:
    return await tx.fetch_one(UserAccount, USER_BY_NAME, username=username)


async def lock_administrators(tx: Transaction) -> list[UserAccount]:
    return await tx.fetch_all(UserAccount, ADMINISTRATORS)


async def find_supervisor(tx: Transaction, supervisee_id: UUID, today: date) -> UUID | None:
    found = await tx.rows(SUPERVISOR, supervisee_id=supervisee_id, today=today)
    return found[0][0] if found else None


async def list_apps(tx: Transaction, page: PageRequest) -> Page[PartnerApp]:
    return await tx.fetch_page(PartnerApp, APPS, page)


async def get_app(tx: Transaction, app_id: UUID) -> PartnerApp:
    return await tx.fetch_one(PartnerApp, APP, app_id=app_id)


async def find_app(tx: Transaction, app_id: UUID) -> PartnerApp | None:
    return await tx.fetch_optional(PartnerApp, APP, app_id=app_id)


async def find_live_app(tx: Transaction, app_id: UUID) -> PartnerApp | None:
    """One that is neither revoked nor suspended, of an agency that is not suspended."""
    return await tx.fetch_optional(PartnerApp, LIVE_APP, app_id=app_id)


async def spend_assertion(tx: Transaction, app_id: UUID, jti: str, expires_at: datetime) -> bool:
    """Keep a `jti` until it expires. False where it is kept already; of two at once one is told so."""
    return await tx.run(SPEND, app_id=app_id, jti=jti, expires_at=expires_at) == 1


async def lock_app(tx: Transaction, app_id: UUID) -> PartnerApp:
    return await tx.fetch_one(PartnerApp, APP_LOCKED, app_id=app_id)


async def list_signing_keys(tx: Transaction) -> list[SigningKey]:
    return await tx.fetch_all(SigningKey, KEYS)


async def lock_signing_keys(tx: Transaction) -> SigningKey | None:
    """Wait for whoever makes or turns keys just now; the active key, if there is one."""
    await tx.rows(LOCK_KEYS)
    return await tx.fetch_optional(SigningKey, ACTIVE_KEY)


async def find_next_key(tx: Transaction) -> SigningKey | None:
    return await tx.fetch_optional(SigningKey, NEXT_KEY)


async def count_replicas(tx: Transaction, replica: UUID) -> int:
    """Say that this one lives; how many do. Real time: a replica lives on the wall's clock."""
    await tx.run(LIVES, id=replica)
    await tx.run(FORGET)
    return int((await tx.rows(LIVE))[0][0])


async def read_origins(tx: Transaction) -> dict[str, frozenset[str]]:
    """Of every app that is not revoked, by its client id: the origins of its pages."""
    return {app_client_id(agency, app): frozenset(origins) for agency, app, origins in await tx.rows(ORIGINS)}


async def is_known_client(tx: Transaction, client_id: UUID) -> bool:
    return bool(await tx.rows(KNOWN_CLIENT, client_id=client_id))


async def find_user_by_name(tx: Transaction, username: str) -> UserAccount | None:
    return await tx.fetch_optional(UserAccount, USER_BY_NAME, username=username)


async def find_credential(tx: Transaction, user_id: UUID) -> Credential | None:
    return await tx.fetch_optional(Credential, CREDENTIAL, user_id=user_id)


async def lock_credential(tx: Transaction, user_id: UUID) -> Credential | None:
    return await tx.fetch_optional(Credential, CREDENTIAL_LOCKED, user_id=user_id)


async def lock_unused_code(tx: Transaction, user_id: UUID, code_hash: bytes) -> RecoveryCode | None:
    return await tx.fetch_optional(RecoveryCode, UNUSED_CODE, user_id=user_id, code_hash=code_hash)


async def void_recovery_codes(tx: Transaction, user_id: UUID, at: datetime) -> None:
    await tx.run(VOID_CODES, whose=user_id, at=at)


async def lock_invitation(tx: Transaction, token_hash: bytes) -> Invitation | None:
    return await tx.fetch_optional(Invitation, INVITATION_LOCKED, token_hash=token_hash)


async def end_invitations(tx: Transaction, user_id: UUID, at: datetime) -> None:
    await tx.run(END_INVITATIONS, whose=user_id, at=at)


async def list_sign_in_clients(tx: Transaction, page: PageRequest) -> Page[SignInClient]:
    return await tx.fetch_page(SignInClient, SIGN_IN_CLIENTS, page)


async def lock_sign_in_client(tx: Transaction, client_id: UUID) -> SignInClient:
    return await tx.fetch_one(SignInClient, SIGN_IN_CLIENT_LOCKED, client_id=client_id)


async def find_sign_in_client(tx: Transaction, kind: ClientKind, app_id: UUID | None) -> SignInClient | None:
    return await tx.fetch_optional(SignInClient, SIGN_IN_CLIENT_NAMED, kind=kind, app_id=app_id)


async def lock_visit(tx: Transaction, secret_hash: bytes) -> Visit | None:
    return await tx.fetch_optional(Visit, VISIT_LOCKED, secret_hash=secret_hash)


async def lock_authorization_code(tx: Transaction, code_hash: bytes) -> AuthorizationCode | None:
    return await tx.fetch_optional(AuthorizationCode, CODE_LOCKED, code_hash=code_hash)


async def lock_session(tx: Transaction, session_id: UUID) -> SignInSession:
    return await tx.fetch_one(SignInSession, SESSION_LOCKED, session_id=session_id)


async def list_open_sessions(tx: Transaction, user_id: UUID, at: datetime, page: PageRequest) -> Page[SignInSession]:
    return await tx.fetch_page(SignInSession, OPEN_SESSIONS, page, user_id=user_id, at=at)


async def end_sessions(tx: Transaction, user_id: UUID, at: datetime, reason: EndReason) -> list[UUID]:
    """Those that were open."""
    return [row[0] for row in await tx.rows(END_SESSIONS, whose=user_id, at=at, reason=reason)]


async def end_sessions_at(tx: Transaction, client_id: str, at: datetime, reason: EndReason) -> list[UUID]:
    """Of everybody who signed in to this program."""
    return [row[0] for row in await tx.rows(END_SESSIONS_AT, where=client_id, at=at, reason=reason)]


async def end_all_sessions(tx: Transaction, at: datetime, reason: EndReason) -> None:
    """Of everybody in the agency."""
    await tx.run(END_ALL_SESSIONS, at=at, reason=reason.value)


async def lock_refresh_token(tx: Transaction, token_hash: bytes) -> RefreshToken | None:
    return await tx.fetch_optional(RefreshToken, TOKEN_LOCKED, token_hash=token_hash)


async def get_refresh_token(tx: Transaction, token_id: UUID) -> RefreshToken:
    return await tx.fetch_one(RefreshToken, TOKEN_BY_ID, token_id=token_id)


async def find_sign_in_policy(tx: Transaction) -> SignInPolicy | None:
    return await tx.fetch_optional(SignInPolicy, POLICY)


async def charge_bucket(tx: Transaction, bucket: UUID, at: datetime, burst: int, every: timedelta) -> bool:
    """Count one attempt; False, and nothing counted, where the bucket is full."""
    times = {"at": at, "first": at + every, "every": every, "latest": at + every * (burst - 1)}
    return bool(await tx.rows(CHARGE, bucket=bucket, agency=tx.agency_id, **times))


async def refund_bucket(tx: Transaction, bucket: UUID, every: timedelta) -> None:
    await tx.run(REFUND, bucket=bucket, every=every)


async def read_bucket(tx: Transaction, bucket: UUID) -> datetime:
    """When it is empty again."""
    found: datetime = (await tx.rows(DRAINS_AT, bucket=bucket))[0][0]
    return found


async def sweep_buckets(tx: Transaction, before: datetime) -> None:
    await tx.run(SWEEP, before=before)


async def get_report(tx: Transaction, report_id: UUID) -> AuditReport:
    return await tx.fetch_one(AuditReport, REPORT, report_id=report_id)


async def get_own_report(tx: Transaction, report_id: UUID) -> AuditReport:
    """One that the caller asked for, about a client for whom the caller acts."""
    return await tx.fetch_one(AuditReport, OWN_REPORT, report_id=report_id, requested_by=tx.by.id)


async def lock_report(tx: Transaction, report_id: UUID) -> AuditReport:
    return await tx.fetch_one(AuditReport, REPORT_LOCKED, report_id=report_id)


async def list_reports(tx: Transaction, page: PageRequest) -> Page[AuditReport]:
    return await tx.fetch_page(AuditReport, REPORTS, page)


async def list_entries(tx: Transaction, report_id: UUID, page: PageRequest) -> Page[AuditReportEntry]:
    return await tx.fetch_page(AuditReportEntry, ENTRIES, page, report_id=report_id)


async def list_looks(tx: Transaction, report_id: UUID, page: PageRequest) -> Page[AuditReportEntry]:
    """Entries of people and partner apps, without what services do for themselves."""
    return await tx.fetch_page(AuditReportEntry, LOOKS, page, report_id=report_id)


async def list_names(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What users and partner apps are called."""
    users = await tx.fetch_all(UserAccount, USERS_AMONG, ids=list(ids))
    apps = await tx.fetch_all(PartnerApp, APPS_AMONG, ids=list(ids))
    return {user.id: user.username for user in users} | {app.id: app.name for app in apps}


async def list_episodes(tx: Transaction, client_id: UUID) -> list[KnownEpisode]:
    return await tx.fetch_all(KnownEpisode, EPISODES, client_id=client_id)


async def find_open_grant(tx: Transaction, staff_id: UUID, client_id: UUID) -> BreakGlassGrant | None:
    return await tx.fetch_optional(BreakGlassGrant, OPEN_GRANT, staff_id=staff_id, client_id=client_id, now=tx.now)


async def lock_grant(tx: Transaction, grant_id: UUID) -> BreakGlassGrant:
    return await tx.fetch_one(BreakGlassGrant, GRANT_LOCKED, grant_id=grant_id)


async def get_grant(tx: Transaction, grant_id: UUID) -> BreakGlassGrant:
    """One that the caller may see: the own, those of whom one supervises, for the privacy officer all."""
    return await tx.fetch_one(BreakGlassGrant, SEEN_GRANT, grant_id=grant_id, **whose_grants(tx))


async def list_grants(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, status: GrantStatus | None
) -> Page[BreakGlassGrant]:
    chosen = {"client_id": client_id, "status": status.value if status else None}
    return await tx.fetch_page(BreakGlassGrant, SEEN_GRANTS, page, **chosen, **whose_grants(tx))


def whose_grants(tx: Transaction) -> dict[str, object]:
    roles = tx.by.roles
    return {"me": tx.by.id, "supervises": SUPERVISORS in roles, "sees_all": bool(SEE_EVERY_GRANT & roles)}


async def count_grants(tx: Transaction) -> dict[str, object]:
    return dict((await tx.rows(GRANT_FIGURES, now=tx.now))[0]._mapping)


async def count_waiting_reviews(tx: Transaction) -> tuple[int, int, float]:
    """Of the whole installation: not reviewed, of them overdue, and seconds since the oldest was opened."""
    waiting, overdue, oldest = (await tx.rows(WAITING_REVIEWS, now=tx.now))[0]
    return waiting, overdue, oldest
