"""SANDBOX_PAYER_HOST and SANDBOX_PAYER_PORT."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SANDBOX_PAYER_", frozen=True)

    host: str = "127.0.0.1"
    port: int = 8087
