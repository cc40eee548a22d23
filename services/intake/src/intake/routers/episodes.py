from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body
from privacy import DataClass
from shared.edge import NEEDS_KEY, Tx, leaving
from shared.pagination import Page, Paging

from intake.models import Episode
from intake.schemas.episodes import Admission, EpisodeOut, NewEpisode, NonAdmission
from intake.scopes import CanReadEpisodes, CanWriteEpisodes
from intake.use_cases.admit_client import admit_client
from intake.use_cases.read_episode import read_episode
from intake.use_cases.read_episodes import read_episodes
from intake.use_cases.refuse_admission import refuse_admission
from intake.use_cases.start_episode import start_episode

router = APIRouter(prefix="/v1/episodes", tags=["episodes"], route_class=leaving(DataClass.CLINICAL))


@router.post("", response_model=EpisodeOut, status_code=201)
async def post_episode(new: NewEpisode, tx: Tx, by: CanWriteEpisodes) -> Episode:
    """Begin the intake of a client into a program."""
    return await start_episode(tx, new, by=by)


@router.get("", response_model=Page[EpisodeOut])
async def list_episodes(tx: Tx, by: CanReadEpisodes, page: Paging, client_id: UUID | None = None) -> Page[Episode]:
    """List episodes of care, newest first."""
    return await read_episodes(tx, page, client_id=client_id, by=by)


@router.get("/{episode_id}", response_model=EpisodeOut)
async def get_episode(episode_id: UUID, tx: Tx, by: CanReadEpisodes) -> Episode:
    """Read an episode of care."""
    return await read_episode(tx, episode_id, by=by)


@router.post("/{episode_id}/admission", response_model=EpisodeOut, openapi_extra=NEEDS_KEY)
async def post_episode_admission(
    episode_id: UUID, admission: Annotated[Admission, Body(default_factory=Admission)], tx: Tx, by: CanWriteEpisodes
) -> Episode:
    """Admit the client: with an active consent to treatment, or in an emergency."""
    return await admit_client(tx, episode_id, is_emergency=admission.is_emergency, by=by)


@router.post("/{episode_id}/non-admission", response_model=EpisodeOut)
async def post_episode_non_admission(episode_id: UUID, refusal: NonAdmission, tx: Tx, by: CanWriteEpisodes) -> Episode:
    """End an intake without admission."""
    return await refuse_admission(tx, episode_id, reason=refusal.reason, by=by)
