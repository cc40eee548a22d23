from pydantic_settings import SettingsConfigDict
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="BAKERY_", frozen=True)

    receiver_url: str = "http://127.0.0.1:1/"
