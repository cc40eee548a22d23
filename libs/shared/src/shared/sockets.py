"""How long, and how large, the head of a request may be while it is still coming: the server bounds neither."""

import asyncio
import json
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared import problems
from shared.safeguards import ALWAYS

MAX_HEAD = 65_536
HEAD_WITHIN = 10.0
BODY_WITHIN = 30.0
REASON = {400: "Bad Request", 408: "Request Timeout", 431: "Request Header Fields Too Large"}


class BoundedProtocol(HttpToolsProtocol):
    """Ends a connection whose head is larger than MAX_HEAD bytes or comes too slowly, or whose body does."""

    in_head, head = True, 0
    deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.expect(HEAD_WITHIN)

    def connection_lost(self, exc: Exception | None) -> None:
        self.expect(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.in_head and self.transport and not self.transport.is_closing():
            self.head += len(data)
            if self.head > MAX_HEAD:
                self.refuse(431, "headers-too-large", "The headers are too many or too large", "Send fewer headers.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.in_head, self.head = True, 0
        self.expect(HEAD_WITHIN)

    def on_headers_complete(self) -> None:
        self.in_head = False
        self.expect(BODY_WITHIN)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self.in_head, self.head = False, 0
        self.expect(None)
        super().on_message_complete()

    def expect(self, within: float | None) -> None:
        """What is awaited now has so many seconds; nothing is awaited with None."""
        if self.deadline is not None:
            self.deadline.cancel()
        self.deadline = None if within is None else self.loop.call_later(within, self.too_late)

    def too_late(self) -> None:
        """End the connection; where an answer is still on its way it may go out first."""
        if self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete:
            self.expect(BODY_WITHIN)
        elif self.transport and not self.transport.is_closing():
            self.refuse(408, "too-slow", "The request did not come in time", "Send it at once.")

    def send_400_response(self, msg: str) -> None:
        title, detail = problems.HTTP[400][1], "This is not valid HTTP/1.1."
        self.refuse(400, "malformed", title, detail)

    def refuse(self, status: int, code: str, title: str, detail: str) -> None:
        """A problem of a request that no application sees, and the end of the connection."""
        said = {"type": f"/problems/{code}", "title": title, "status": status, "detail": detail, "instance": ""}
        body = json.dumps(said).encode()
        fields = {**ALWAYS, b"content-type": problems.MEDIA_TYPE.encode(), b"connection": b"close"}
        head = b"".join(b"%s: %s\r\n" % field for field in fields.items())
        start = b"HTTP/1.1 %d %s\r\n" % (status, REASON[status].encode())
        self.transport.write(start + head + b"content-length: %d\r\n\r\n" % len(body) + body)
        self.transport.close()
