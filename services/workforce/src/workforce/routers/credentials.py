from uuid import UUID

from fastapi import APIRouter
from shared.edge import EdgeRoute, Tx
from shared.pagination import Page, Paging

from workforce import queries
from workforce.models import Credential
from workforce.rules.credentials import CredentialStatus
from workforce.schemas import CredentialOut, NewCredential, Renewal, Verification
from workforce.scopes import CanReadClinicians, CanWriteCredentials
from workforce.use_cases.add_credential import add_credential
from workforce.use_cases.renew_credential import renew_credential
from workforce.use_cases.verify_credential import verify_credential

router = APIRouter(prefix="/v1/credentials", tags=["credentials"], route_class=EdgeRoute)


@router.post("", response_model=CredentialOut, status_code=201)
async def post_credential(new: NewCredential, tx: Tx, by: CanWriteCredentials) -> Credential:
    """Enter a credential; it counts once it is verified."""
    return await add_credential(tx, new, by=by)


@router.get("", response_model=Page[CredentialOut])
async def list_credentials(
    tx: Tx,
    by: CanReadClinicians,
    page: Paging,
    clinician_id: UUID | None = None,
    status: CredentialStatus | None = None,
) -> Page[Credential]:
    """List credentials by clinician and status."""
    return await queries.list_credentials(tx, page, clinician_id=clinician_id, status=status)


@router.get("/{credential_id}", response_model=CredentialOut)
async def get_credential(credential_id: UUID, tx: Tx, by: CanReadClinicians) -> Credential:
    """Read one credential."""
    return await queries.get_credential(tx, credential_id)


@router.post("/{credential_id}/verification", response_model=CredentialOut)
async def post_credential_verification(
    credential_id: UUID,
    how: Verification,
    tx: Tx,
    by: CanWriteCredentials,
) -> Credential:
    """Record that a primary source confirms the credential; alerts and its end are watched from here on."""
    return await verify_credential(tx, credential_id, source=how.source, by=by)


@router.post("/{credential_id}/renewal", response_model=CredentialOut, status_code=201)
async def post_credential_renewal(
    credential_id: UUID,
    renewal: Renewal,
    tx: Tx,
    by: CanWriteCredentials,
) -> Credential:
    """Enter the renewal of a credential; it takes its place once it is verified."""
    return await renew_credential(tx, credential_id, renewal, by=by)
