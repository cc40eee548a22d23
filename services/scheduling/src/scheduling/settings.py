"""Scheduling's settings, by the prefix SCHEDULING_."""

from pydantic_settings import SettingsConfigDict
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="SCHEDULING_", frozen=True, extra="ignore", populate_by_name=True)
