"""What stands around the services under test: an issuer of tokens, and the outside world that receives faxes."""

import asyncio
import time
from collections import Counter
from uuid import UUID, uuid4

from aiohttp import web
from jose import jwt
from shared.testing import KID, Keys

LIFE = 590


class Office:
    """A real HTTP server: the issuer's keys and tokens for services; a receiver that counts what it was sent."""

    def __init__(self) -> None:
        self.keys, self.port, self.received, self.delay = Keys.make(), 0, Counter[str](), 0.0
        self.runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        app = web.Application()
        app.add_routes(
            [web.get("/jwks", self.get_jwks), web.post("/token", self.post_token), web.post("/fax", self.post_fax)]
        )
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self.runner.addresses[0][1]

    async def stop(self) -> None:
        if self.runner:
            await self.runner.cleanup()

    async def get_jwks(self, _: web.Request) -> web.Response:
        return web.json_response(self.keys.jwks)

    async def post_token(self, request: web.Request) -> web.Response:
        form = await request.post()
        agency = UUID(str(form["agency_id"])) if form.get("agency_id") else None
        token = self.token("internal", agency=agency, client_id=str(form["client_id"]), roles=("system",))
        return web.json_response({"access_token": token, "expires_in": LIFE})

    async def post_fax(self, request: web.Request) -> web.Response:
        self.received[request.headers["webhook-id"]] += 1
        await asyncio.sleep(self.delay)
        return web.json_response({})

    def token(
        self,
        *scopes: str,
        agency: UUID | None,
        client_id: str = "load",
        roles: tuple[str, ...] = ("baker",),
        sub: UUID | None = None,
    ) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url, "aud": "trellis", "sub": str(sub or uuid4()), "client_id": client_id, "roles": roles, "reach": "agency",
            "clinics": ["*"], "scope": " ".join(scopes), "iat": now, "nbf": now, "exp": now + LIFE, "jti": str(uuid4()),
            **({"agency": str(agency)} if agency else {}),
        }  # fmt: skip
        return str(jwt.encode(claims, self.keys.private, "RS256", {"kid": KID, "typ": "at+jwt"}))
