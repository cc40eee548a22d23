"""What is peculiar to the gateway."""

from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict
from shared.rates import Rates
from shared.settings import PLACEHOLDER, ServiceSettings

from gateway.rules.clients import agency_id_of
from gateway.rules.rates import DEFAULTS


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="GATEWAY_", frozen=True)

    operator_secret: SecretStr = SecretStr(PLACEHOLDER)
    service_secrets: dict[str, SecretStr] = Field(default_factory=dict)
    rates: dict[str, str] = Field(default_factory=dict, description='{"app": "600/60"}: requests/seconds')
    rates_of: dict[str, dict[str, str]] = Field(default_factory=dict, description="The same, by an agency's slug")

    @model_validator(mode="after")
    def refuse_weak_services(self) -> Self:
        """Outside sandbox mode no service signs in with an empty or a placeholder secret."""
        weak = sorted(name for name, s in self.service_secrets.items() if s.get_secret_value() in ("", PLACEHOLDER))
        if weak and not self.sandbox:
            raise ValueError(f"Give {', '.join(weak)} a secret: placeholder secrets do not start outside sandbox mode.")
        return self

    @property
    def quotas(self) -> Rates:
        of_agency = {str(agency_id_of(slug)): texts for slug, texts in self.rates_of.items()}
        return Rates.of(DEFAULTS, self.rates, of_agency)

    @property
    def own_url(self) -> str:
        return self.service_urls.get("gateway", f"http://{self.host}:{self.port}")
