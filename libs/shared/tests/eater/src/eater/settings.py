from uuid import UUID

from pydantic_settings import SettingsConfigDict
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="EATER_", frozen=True)

    seconds_per_bite: float = 0.0
    upset_by: UUID | None = None  # a loaf whose bites this eater's code cannot take, until it is mended
