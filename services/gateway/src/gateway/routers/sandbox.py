"""Sandbox mode only: to be anybody, and to let time pass. Outside it none of these addresses exists."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request

from gateway.schemas.oauth import TokenOut
from gateway.schemas.sandbox import ClockMove, ClockOut, SandboxPeople, SandboxSignIn, TrailOut
from gateway.use_cases.follow_trail import follow_trail
from gateway.use_cases.list_sandbox_people import list_sandbox_people
from gateway.use_cases.move_clock import move_clock, read_clock
from gateway.use_cases.sign_in_sandbox import sign_in_sandbox

router = APIRouter(prefix="/v1/sandbox", tags=["sandbox"])


@router.post(
    "/tokens",
    response_model=TokenOut,
    response_model_exclude_none=True,
    status_code=201,
    operation_id="post_sandbox_token",
)
async def post_sandbox_token(who: SandboxSignIn, request: Request) -> TokenOut:
    """Get a token as any user of the sandbox."""
    return await sign_in_sandbox(request.app.state.office, who)


@router.get("/people", response_model=SandboxPeople, operation_id="list_sandbox_people")
async def get_sandbox_people(request: Request) -> SandboxPeople:
    """List whom one can be."""
    return await list_sandbox_people(request.app.state.office)


@router.get("/trail", response_model=TrailOut, operation_id="get_sandbox_trail")
async def get_sandbox_trail(client_id: UUID, request: Request) -> dict[str, Any]:
    """Follow the events about a client and their effects through every service."""
    return {"items": await follow_trail(request.app.state.office, request.app.state.services, client_id)}


@router.get("/clock", response_model=ClockOut, operation_id="get_sandbox_clock")
async def get_sandbox_clock(request: Request) -> ClockOut:
    """Read the platform's business time."""
    return ClockOut(now=await read_clock(request.app.state.services))


@router.post("/clock", response_model=ClockOut, operation_id="post_sandbox_clock")
async def post_sandbox_clock(move: ClockMove, request: Request) -> ClockOut:
    """Let time pass for every service, from due time to due time; answers when all is quiet."""
    async with request.app.state.clock_lock:
        return await move_clock(request.app.state.services, move)
