"""The naive service: what one writes from the tutorials of FastAPI and SQLModel. Same routes, tables and walls.

A session per request; flush, commit, refresh; the token verified anew for each request from the text of the key.
"""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import sqlalchemy as sa
import uuid_utils
import uvicorn
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from jose import JWTError, jwt
from privacy import codings, label_of
from pydantic import BaseModel
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

PEM, ISSUER = os.environ["BENCH_PEM"], os.environ["BENCH_ISSUER"]
MOMENT = sa.DateTime(timezone=True)
engine = create_async_engine(
    os.environ["BENCH_DATABASE_URL"], pool_size=int(os.environ["BENCH_POOL"]), max_overflow=0, pool_timeout=30
)
app = FastAPI()
scheme = OAuth2PasswordBearer(tokenUrl="/oauth/token")


def uuid7() -> UUID:
    return UUID(int=uuid_utils.uuid7().int)


def now() -> datetime:
    return datetime.now(UTC)


class Client(SQLModel, table=True):
    agency_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)


class Part2Episode(SQLModel, table=True):
    __tablename__ = "part2_episode"
    agency_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    client_id: UUID


class Need(SQLModel, table=True):
    agency_id: UUID = Field(primary_key=True)
    id: UUID = Field(default_factory=uuid7, primary_key=True)
    version: int = 1
    created_at: datetime = Field(default_factory=now, sa_type=MOMENT)
    client_id: UUID
    domain: str
    code: str | None = None
    screening_id: UUID | None = None
    priority: str = "routine"
    wants_help: bool
    status: str = "open"
    identified_at: datetime = Field(default_factory=now, sa_type=MOMENT)
    identified_by: UUID
    resolved_at: datetime | None = Field(default=None, sa_type=MOMENT)
    security_labels: list[str] = Field(sa_type=ARRAY(sa.Text))


class Audit(SQLModel, table=True):
    id: int | None = Field(default=None, sa_column=sa.Column(sa.BigInteger, sa.Identity(always=True), primary_key=True))
    at: datetime = Field(default_factory=now, sa_type=MOMENT, primary_key=True)
    agency_id: UUID
    actor_id: UUID
    actor_client: str
    roles: list[str] = Field(sa_type=ARRAY(sa.Text))
    action: str
    client_id: UUID | None = None
    resource_id: UUID | None = None
    purpose: str
    outcome: str = "success"
    request_id: str


class AggregateSequence(SQLModel, table=True):
    __tablename__ = "aggregate_sequence"
    agency_id: UUID = Field(primary_key=True)
    aggregate_id: UUID = Field(primary_key=True)
    last: int = Field(sa_type=sa.BigInteger)


class Outbox(SQLModel, table=True):
    id: int | None = Field(default=None, sa_column=sa.Column(sa.BigInteger, sa.Identity(always=True), primary_key=True))
    agency_id: UUID
    event_id: UUID = Field(default_factory=uuid7)
    type: str
    topic: str
    key: str
    aggregate_id: UUID
    sequence: int = Field(sa_type=sa.BigInteger)
    time: datetime = Field(default_factory=now, sa_type=MOMENT)
    correlation: str
    actor: str
    data: dict[str, Any] = Field(sa_type=JSONB)


class NewNeed(BaseModel):
    client_id: UUID
    domain: str
    code: str | None = None
    screening_id: UUID | None = None
    priority: str = "routine"
    wants_help: bool


class NeedOut(BaseModel):
    id: UUID
    version: int
    client_id: UUID
    domain: str
    code: str | None
    screening_id: UUID | None
    priority: str
    wants_help: bool
    status: str
    identified_at: datetime
    identified_by: UUID
    resolved_at: datetime | None
    security_labels: list[str]


class NeedsOut(BaseModel):
    items: list[NeedOut]
    next_cursor: str | None = None


async def get_session() -> AsyncIterator[AsyncSession]:
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session


async def get_caller(token: Annotated[str, Depends(scheme)]) -> dict[str, Any]:
    try:
        return dict(jwt.decode(token, PEM, algorithms=["RS256"], audience="trellis", issuer=ISSUER))
    except JWTError as error:
        raise HTTPException(401) from error


Session = Annotated[AsyncSession, Depends(get_session)]
Caller = Annotated[dict[str, Any], Depends(get_caller)]
ENTER = sa.text(
    "SELECT set_config('app.agency', :agency, false), set_config('app.subject', :sub, false), "
    "set_config('app.reach', :reach, false), set_config('app.clinics', '*', false), set_config('app.now', :now, false)"
)


async def enter(session: AsyncSession, caller: dict[str, Any], scope: str) -> None:
    if scope not in caller["scope"].split():
        raise HTTPException(403)
    said = {name: caller[name] for name in ("agency", "sub", "reach")}
    await session.execute(ENTER, {**said, "now": now().isoformat()})


def audit(caller: dict[str, Any], action: str, client_id: UUID, resource: UUID | None = None) -> Audit:
    return Audit(
        agency_id=UUID(caller["agency"]),
        actor_id=UUID(caller["sub"]),
        actor_client=caller["client_id"],
        roles=caller["roles"],
        action=action,
        client_id=client_id,
        resource_id=resource,
        purpose=caller["purpose"],
        request_id=str(uuid4()),
    )


@app.post("/v1/needs", response_model=NeedOut, status_code=201)
async def post_need(new: NewNeed, session: Session, caller: Caller) -> Any:
    await enter(session, caller, "needs:write")
    wanted = select(Client).where(Client.id == new.client_id, sa.func.can_see(Client.id))
    if (await session.exec(wanted)).first() is None:
        raise HTTPException(404)
    agency, by = UUID(caller["agency"]), UUID(caller["sub"])
    part2 = (await session.exec(select(Part2Episode).where(Part2Episode.client_id == new.client_id))).first()
    labels = codings(label_of("needs", is_part2=part2 is not None))
    need = Need(agency_id=agency, identified_by=by, security_labels=labels, **new.model_dump())
    session.add(need)
    await session.flush()
    session.add(audit(caller, "need.identify", need.client_id, need.id))
    counter = await session.get(AggregateSequence, (agency, need.id), with_for_update=True)
    if counter is None:
        counter = AggregateSequence(agency_id=agency, aggregate_id=need.id, last=0)
        session.add(counter)
    counter.last += 1
    told = {"need_id": str(need.id), "client_id": str(need.client_id), "domain": need.domain}
    event = Outbox(
        agency_id=agency,
        type="need.identified.v1",
        topic="referrals",
        key=str(need.client_id),
        aggregate_id=need.id,
        sequence=counter.last,
        correlation=str(uuid4()),
        actor=str(by),
        data=told,
    )
    session.add(event)
    await session.commit()
    await session.refresh(need)
    return need


@app.get("/v1/needs/{need_id}", response_model=NeedOut)
async def get_need(need_id: UUID, session: Session, caller: Caller) -> Any:
    await enter(session, caller, "referrals:read")
    need = (await session.exec(select(Need).where(Need.id == need_id, sa.func.can_see(Need.client_id)))).first()
    if need is None:
        raise HTTPException(404)
    session.add(audit(caller, "need.read", need.client_id, need.id))
    await session.commit()
    return need


@app.get("/v1/needs", response_model=NeedsOut)
async def list_needs(session: Session, caller: Caller, client_id: UUID, limit: int = 50) -> Any:
    await enter(session, caller, "referrals:read")
    statement = select(Need).where(Need.client_id == client_id, sa.func.can_see(Need.client_id))
    rows = (await session.exec(statement.order_by(col(Need.id).desc()).limit(limit + 1))).all()
    shown = rows[:limit]
    for seen in {need.client_id for need in shown}:
        session.add(audit(caller, "need.list", seen))
    await session.commit()
    return {"items": shown, "next_cursor": shown[-1].id.hex if len(rows) > limit else None}


@app.get("/health/ready")
async def get_ready() -> dict[str, str]:
    return {"status": "ready"}


if __name__ == "__main__":
    uvicorn.run(
        app, port=int(os.environ["BENCH_PORT"]), loop="uvloop", http="httptools", access_log=False, log_level="warning"
    )
