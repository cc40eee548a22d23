"""Refusals as RFC 9457 problem+json: one table from kind to status, for every service."""

import json
from collections.abc import Sequence
from typing import Any

from asyncpg import exceptions as pg
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolFull
from starlette.exceptions import HTTPException
from starlette.responses import Response

from shared import errors

STATUS: tuple[tuple[type[errors.AppError], int], ...] = (
    (errors.VersionMissing, 428),
    (errors.Stale, 412),
    (errors.NotSignedIn, 401),
    (errors.NotFound, 404),
    (errors.Destroyed, 410),
    (errors.NotAllowed, 403),
    (errors.Malformed, 400),
    (errors.Refused, 409),
    (errors.Invalid, 422),
    (errors.WrongMediaType, 415),
    (errors.TooMany, 429),
    (errors.Unavailable, 503),
    (errors.Early, 409),
)
UNREADABLE = ("22021", "22P05", "22003")  # NUL, which PostgreSQL keeps in no text; a number out of range
CONFLICTS = ("23505", "23P01")
RETRIABLE = ("40001", "40P01", "55P03", "57014", "57P01", "57P03", "53300")
LOST = (PoolFull, pg.InvalidCachedStatementError, pg.InterfaceError, ConnectionError, TimeoutError)
HTTP = {
    400: ("malformed", "The request cannot be read"),
    404: ("not-found", "No such thing, or not for you"),
    405: ("method-not-allowed", "This address does not take that method"),
    413: ("too-large", "The body is too large"),
}
MEDIA_TYPE = "application/problem+json"


def problem(status: int, code: str, title: str, detail: str, request_id: str, **extra: Any) -> Response:
    """A problem+json answer; `instance` is the request's id. `extra` members stand beside the standard ones."""
    body = {
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request_id,
        **extra,
    }
    headers = {"X-Request-Id": request_id, "Cache-Control": "no-store"}
    if status in (409, 429, 503) and code in ("unavailable", "too-many", "request-in-flight"):
        headers["Retry-After"] = "1"
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return Response(json.dumps(body, default=str), status, headers, MEDIA_TYPE)


def sqlstate(error: BaseException) -> str | None:
    """The SQLSTATE behind an error of SQLAlchemy or asyncpg, None where there is none."""
    origin = getattr(error, "orig", error)
    found = getattr(origin, "sqlstate", None) or getattr(getattr(origin, "__cause__", None), "sqlstate", None)
    return str(found) if found else None


def is_unfit(error: BaseException | None) -> bool:
    """The driver refused a value before sending it: a number out of the column's range, half of a surrogate pair."""
    if error is None or isinstance(error, OverflowError | UnicodeEncodeError):
        return error is not None
    return is_unfit(error.__cause__)


def translate(error: BaseException) -> errors.AppError | None:
    """An error of the database as one of our kinds; None for what is our own fault."""
    if isinstance(error, errors.AppError):
        return error
    state = sqlstate(error)
    if state == "TR409":
        return errors.InFlight()
    if state in UNREADABLE or is_unfit(error):
        return errors.Invalid("A value cannot be kept: a character that no text may hold, or a number too large.")
    if state in CONFLICTS:
        return errors.Refused("It collides with what is already there.")
    if state in RETRIABLE or (state or "").startswith("08"):
        return errors.Unavailable()
    if isinstance(error, LOST):
        return errors.Unavailable()
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return errors.Unavailable()
    return None


def status_of(error: errors.AppError) -> int:
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def answer(error: BaseException, request_id: str) -> Response:
    """The answer to any error. What we do not know is a 500 without detail; a 422 echoes no input."""
    if isinstance(error, RequestValidationError):
        return invalid(error.errors(), request_id)
    if isinstance(error, HTTPException):
        code, title = HTTP.get(error.status_code, ("http", "The request was refused"))
        return problem(error.status_code, code, title, title, request_id)
    known = translate(error)
    if known is None:
        return problem(
            500, "internal", "Something went wrong on our side", "It was recorded under this instance.", request_id
        )
    extra = dict(known.extra)
    if known.pointer:
        extra["errors"] = [{"pointer": known.pointer, "detail": known.detail}]
    return problem(status_of(known), known.code, known.title, known.detail, request_id, **extra)


def invalid(found: Sequence[Any], request_id: str) -> Response:
    """A 422 with a JSON pointer for each finding; a body that is no JSON is a 400."""
    if any(f["type"] == "json_invalid" for f in found):
        return problem(400, "malformed", "The request cannot be read", "The body is not valid JSON.", request_id)
    rows = [{"pointer": pointer(f["loc"]), "detail": f["msg"]} for f in found]
    return problem(422, "invalid", "The content is refused", "See errors for each field.", request_id, errors=rows)


def pointer(loc: Sequence[Any]) -> str:
    parts = loc[1:] if loc and loc[0] == "body" else loc
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)
