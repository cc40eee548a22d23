"""Signing in, for a person in a browser (RFC 6749 section 4.1). Every page works without JavaScript."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from gateway.pages import STYLE, Browser, PageRoute, read_browser, respond
from gateway.use_cases.accept_invitation import accept_invitation, show_invitation
from gateway.use_cases.admit_authorization import Admitted, admit_authorization
from gateway.use_cases.check_password import check_password
from gateway.use_cases.go_on import go_on, show_step
from gateway.use_cases.issue_token import Office
from gateway.use_cases.show_sign_in import show_sign_in


async def office_of(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


OfOffice = Annotated[Office, Depends(office_of)]
InBrowser = Annotated[Browser, Depends(read_browser)]


async def admitted_by(request: Request, office: OfOffice) -> Admitted:
    return await admit_authorization(office, request.query_params.multi_items())


Authorization = Annotated[Admitted, Depends(admitted_by)]
router = APIRouter(prefix="/oauth", tags=["sign in"], route_class=PageRoute, include_in_schema=False)


@router.get("/authorize")
async def get_authorize(request: Request, admitted: Authorization) -> Response:
    """Show the page that asks who signs in."""
    return respond(request, show_sign_in(admitted))


@router.post("/authorize")
async def post_authorize(request: Request, office: OfOffice, browser: InBrowser, admitted: Authorization) -> Response:
    """Take user name and password."""
    return respond(request, await check_password(office, admitted, browser))


@router.get("/sign-in")
async def get_sign_in(request: Request, office: OfOffice, browser: InBrowser) -> Response:
    """Show what comes after the password."""
    return respond(request, await show_step(office, browser))


@router.post("/sign-in")
async def post_sign_in(request: Request, office: OfOffice, browser: InBrowser) -> Response:
    """Take what the page asked for."""
    return respond(request, await go_on(office, browser))


@router.get("/invitations/{token}")
async def get_invitation(token: str, request: Request, office: OfOffice, browser: InBrowser) -> Response:
    """Show the page on which an invited person chooses a password."""
    return respond(request, await show_invitation(office, token, browser))


@router.post("/invitations/{token}")
async def post_invitation(token: str, request: Request, office: OfOffice, browser: InBrowser) -> Response:
    """Take the chosen password."""
    return respond(request, await accept_invitation(office, token, browser))


@router.get("/style.css")
async def get_style() -> Response:
    """How the pages look."""
    return Response(STYLE, media_type="text/css", headers={"Cache-Control": "max-age=3600"})
