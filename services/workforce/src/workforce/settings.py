"""What is peculiar to workforce: nothing but its prefix."""

from pydantic_settings import SettingsConfigDict
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="WORKFORCE_", frozen=True)
