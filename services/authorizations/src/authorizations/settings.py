"""What is peculiar to this service."""

from pydantic_settings import SettingsConfigDict
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="AUTHORIZATIONS_", frozen=True)

    sandbox_payer_url: str = "http://127.0.0.1:8087"
