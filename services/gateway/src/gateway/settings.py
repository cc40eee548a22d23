"""What is peculiar to the gateway."""

from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict
from shared.settings import PLACEHOLDER, ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="GATEWAY_", frozen=True)

    operator_secret: SecretStr = SecretStr(PLACEHOLDER)
    service_secrets: dict[str, SecretStr] = Field(default_factory=dict)

    @model_validator(mode="after")
    def refuse_weak_services(self) -> Self:
        """Outside sandbox mode no service signs in with an empty or a placeholder secret."""
        weak = sorted(name for name, s in self.service_secrets.items() if s.get_secret_value() in ("", PLACEHOLDER))
        if weak and not self.sandbox:
            raise ValueError(f"Give {', '.join(weak)} a secret: placeholder secrets do not start outside sandbox mode.")
        return self

    @property
    def own_url(self) -> str:
        return self.service_urls.get("gateway", f"http://{self.host}:{self.port}")
