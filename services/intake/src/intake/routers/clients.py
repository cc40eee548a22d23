from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import NEEDS_KEY, Tx, leaving
from shared.pagination import Page, Paging

from intake.models import Client
from intake.schemas.clients import CardsWanted, ClientCards, ClientChange, ClientOut, ClientRow, NewClient
from intake.scopes import CanReadClients, CanWriteClients
from intake.use_cases.change_client import change_client
from intake.use_cases.read_cards import read_cards
from intake.use_cases.read_client import read_client
from intake.use_cases.read_clients import read_clients
from intake.use_cases.register_client import register_client

router = APIRouter(prefix="/v1/clients", tags=["clients"], route_class=leaving(DataClass.DEMOGRAPHICS))


@router.post("", response_model=ClientOut, status_code=201, openapi_extra=NEEDS_KEY)
async def post_client(new: NewClient, tx: Tx, by: CanWriteClients) -> Client:
    """Register a client. A probable duplicate is refused with the candidates' ids until a person has decided."""
    return await register_client(tx, new, by=by)


@router.get("", response_model=Page[ClientRow])
async def list_clients(tx: Tx, by: CanReadClients, page: Paging) -> Page[Client]:
    """List the clients whom the caller may see, newest first."""
    return await read_clients(tx, page, by=by)


@router.post("/cards", response_model=ClientCards)
async def post_client_cards(wanted: CardsWanted, tx: Tx, by: CanReadClients) -> ClientCards:
    """Names and contact of up to 200 clients, for those who show or send something."""
    return await read_cards(tx, wanted.client_ids, by=by)


@router.get("/{client_id}", response_model=ClientOut)
async def get_client(client_id: UUID, tx: Tx, by: CanReadClients) -> Client:
    """Read a client's demographics."""
    return await read_client(tx, client_id, by=by)


@router.patch("/{client_id}", response_model=ClientOut)
async def patch_client(client_id: UUID, change: ClientChange, tx: Tx, by: CanWriteClients) -> Client:
    """Change a client's demographics (JSON Merge Patch)."""
    return await change_client(tx, client_id, change=change, by=by)
