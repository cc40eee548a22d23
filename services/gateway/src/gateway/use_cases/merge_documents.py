from dataclasses import dataclass, field
from typing import Any

from gateway.errors import ServiceAway
from gateway.neighbours import Services
from gateway.rules.documents import merge

TITLE = "Trellis"
VERSION = "1.0.0"
ABOUT = """Community mental health, from the first inquiry to aftercare.

**Try it:** in sandbox mode get a token with `POST /v1/sandbox/tokens`, press *Authorize* and paste it under *token*; or
register a partner app and give its `client_id` and `client_secret` under *oauth2*. Every route names its scope."""


@dataclass
class Library:
    """The services' documents, each kept once it was read; `own` is the gateway's."""

    services: Services
    own: dict[str, Any]
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    merged: dict[str, Any] | None = field(default=None, repr=False)


async def merge_documents(library: Library) -> dict[str, Any]:
    """One document of all services. Kept once all have answered; until then merged anew of those that do."""
    if library.merged is not None:
        return library.merged
    names = [name for name in library.services.urls if name != "gateway"]
    for name in names:
        await keep_document(library, name)
    documents = {"gateway": library.own, **{name: library.kept[name] for name in names if name in library.kept}}
    merged = merge(documents, title=TITLE, version=VERSION, token_url="/oauth/token", description=ABOUT)  # noqa: S106
    if len(library.kept) == len(names):
        library.merged = merged
    return merged


async def keep_document(library: Library, name: str) -> None:
    if name in library.kept:
        return
    try:
        library.kept[name] = await library.services.document(name)
    except ServiceAway:
        return
