"""What every answer carries for the browser that may get it. Source: OWASP REST Security cheat sheet; RFC 6797."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALWAYS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"permissions-policy": b"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"cache-control": b"no-store",
}
OVER_TLS = {b"strict-transport-security": b"max-age=31536000; includeSubDomains"}


class Safeguards:
    """Adds the headers that an answer does not set itself; HSTS where the platform stands behind TLS."""

    def __init__(self, app: ASGIApp, *, is_tls: bool) -> None:
        self.app = app
        self.wanted = {**ALWAYS, **(OVER_TLS if is_tls else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self.completed(message.get("headers", ()))
            await send(message)

        await self.app(scope, receive, guarded if scope["type"] == "http" else send)

    def completed(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        said = {name.lower() for name, _ in headers}
        return [*headers, *(header for header in self.wanted.items() if header[0] not in said)]
