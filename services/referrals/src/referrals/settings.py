"""What is peculiar to referrals: nothing but its prefix."""

from pydantic_settings import SettingsConfigDict
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="REFERRALS_", frozen=True)
