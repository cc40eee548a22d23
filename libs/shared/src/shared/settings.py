"""What a service is told by its environment. Built once in `main`; nothing reads the environment at import."""

import base64
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, IPvAnyNetwork, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shared.crypto import MasterKeys

PLACEHOLDER = "change-me"


def given(text: str) -> str | None:
    """An empty variable says nothing."""
    return text or None


def listed(text: object) -> object:
    """Texts between commas; an empty variable names none."""
    return tuple(filter(None, text.split(","))) if isinstance(text, str) else text


class ServiceSettings(BaseSettings):
    """Common settings carry their full names; a service's own carry its prefix (`INTAKE_PORT`)."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    kafka_bootstrap_servers: str = Field("127.0.0.1:8091", validation_alias="KAFKA_BOOTSTRAP_SERVERS")
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_SSL"] = Field(
        "PLAINTEXT", validation_alias="KAFKA_SECURITY_PROTOCOL"
    )
    kafka_ca_file: str = Field("", validation_alias="KAFKA_CA_FILE")
    kafka_sasl_mechanism: Literal["SCRAM-SHA-512", "PLAIN"] = Field(
        "SCRAM-SHA-512", validation_alias="KAFKA_SASL_MECHANISM"
    )
    kafka_sasl_username: str = Field("", validation_alias="KAFKA_SASL_USERNAME")
    kafka_sasl_password: SecretStr = Field(SecretStr(""), validation_alias="KAFKA_SASL_PASSWORD")
    kafka_replication: int = Field(1, validation_alias="KAFKA_REPLICATION")
    issuer: str = Field("http://127.0.0.1:8080", validation_alias="TRELLIS_ISSUER")
    jwks_url: str = Field("http://127.0.0.1:8080/.well-known/jwks.json", validation_alias="TRELLIS_JWKS_URL")
    token_url: str = Field("http://127.0.0.1:8080/oauth/token", validation_alias="TRELLIS_TOKEN_URL")
    keys_refresh: float = Field(300, gt=0, le=3600, validation_alias="TRELLIS_KEYS_REFRESH")
    outward_networks: Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(listed)] = Field(
        (), validation_alias="TRELLIS_OUTWARD_NETWORKS"
    )
    service_urls: dict[str, str] = Field(default_factory=dict, validation_alias="TRELLIS_SERVICE_URLS")
    sandbox: bool = Field(False, validation_alias="TRELLIS_SANDBOX")
    master_key: SecretStr = Field(SecretStr(PLACEHOLDER), validation_alias="TRELLIS_MASTER_KEY")
    other_master_keys: Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(listed)] = Field(
        (), validation_alias="TRELLIS_OTHER_MASTER_KEYS"
    )
    trusted_proxies: str = Field("", validation_alias="TRELLIS_TRUSTED_PROXIES")
    fetch_wait_ms: int = Field(100, validation_alias="TRELLIS_FETCH_WAIT_MS")
    log_days: int = Field(90, ge=1, validation_alias="TRELLIS_LOG_DAYS")
    audit_years: int = Field(6, ge=1, validation_alias="TRELLIS_AUDIT_YEARS")
    audit_heads: Annotated[Path | None, BeforeValidator(given)] = Field(None, validation_alias="TRELLIS_AUDIT_HEADS")
    archive: Annotated[Path | None, BeforeValidator(given)] = Field(None, validation_alias="TRELLIS_ARCHIVE")

    database_url: str = "postgresql://127.0.0.1:8090/trellis"
    owner_password: SecretStr = SecretStr(PLACEHOLDER)
    app_password: SecretStr = SecretStr(PLACEHOLDER)
    relay_password: SecretStr = SecretStr(PLACEHOLDER)
    auditor_password: SecretStr = SecretStr(PLACEHOLDER)
    client_secret: SecretStr = SecretStr(PLACEHOLDER)
    host: str = "127.0.0.1"
    port: int = 8000
    pool_size: int = 8

    @model_validator(mode="after")
    def refuse_placeholders(self) -> Self:
        """Outside sandbox mode a placeholder secret refuses to start (decision 5)."""
        secrets = {n: v for n, v in self.__dict__.items() if isinstance(v, SecretStr)}
        left = sorted(name for name, value in secrets.items() if value.get_secret_value() == PLACEHOLDER)
        if left and not self.sandbox:
            raise ValueError(f"Set {', '.join(left)}: placeholder secrets do not start outside sandbox mode.")
        return self

    @model_validator(mode="after")
    def need_credentials(self) -> Self:
        named = self.kafka_sasl_username and self.kafka_sasl_password.get_secret_value()
        if self.kafka_security_protocol == "SASL_SSL" and not named:
            raise ValueError("Set KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD: SASL_SSL asks who we are.")
        return self

    @property
    def database(self) -> str:
        """The database's name; the four roles are named after it (`intake_app`, …)."""
        return urlsplit(self.database_url).path.lstrip("/")

    def dsn(self, role: str, *, driver: str = "postgresql") -> str:
        """The address of the database for one of the roles `owner`, `app`, `relay`, `auditor`."""
        password: SecretStr = getattr(self, f"{role}_password")
        parts = urlsplit(self.database_url)
        query = f"?{parts.query}" if parts.query else ""
        return f"{driver}://{self.database}_{role}:{password.get_secret_value()}@{parts.netloc}{parts.path}{query}"

    def key(self) -> bytes:
        """The master key, 32 bytes; a fixed one stands in only in sandbox mode."""
        text = self.master_key.get_secret_value()
        return base64.b64decode(text) if text != PLACEHOLDER else bytes(32)

    def masters(self) -> MasterKeys:
        """The master key, and others that open as well while a rotation runs."""
        others = (base64.b64decode(key.get_secret_value()) for key in self.other_master_keys)
        return MasterKeys(self.key(), tuple(others))
